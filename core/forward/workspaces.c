/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The workspaces of a model: as many as runs were under way at once, not one a
 * state. No lock: a run takes one out of its place and puts it back. */
#include "forward/state.h"

/* More runs at once than this allocate theirs. */
#define N_PLACES 64

struct _RnnWorkspaces {
  RnnWorkspace *places[N_PLACES]; /* NULL: free, or in use */
};

RnnWorkspaces *
_rnn_workspaces_new (void)
{
  return g_try_new0 (RnnWorkspaces, 1);
}

static void
workspace_free (RnnWorkspace *work)
{
  _rnn_workspace_clear (work);
  g_free (work);
}

void
_rnn_workspaces_free (RnnWorkspaces *all)
{
  for (gsize i = 0; all && i < N_PLACES; i++)
    if (all->places[i])
      workspace_free (all->places[i]);
  g_free (all);
}

/* States begin to look at different places, and find their own again. */
static gsize
first_place (const RnnState *state)
{
  return (GPOINTER_TO_SIZE (state) >> 6) % N_PLACES;
}

RnnWorkspace *
_rnn_workspaces_take (RnnWorkspaces *all, const RnnState *state)
{
  for (gsize i = 0, first = first_place (state); i < N_PLACES; i++) {
    RnnWorkspace **place = &all->places[(first + i) % N_PLACES];
    RnnWorkspace *work = g_atomic_pointer_get (place);
    if (work && g_atomic_pointer_compare_and_exchange (place, work, NULL))
      return work;
  }
  return g_try_new0 (RnnWorkspace, 1);
}

void
_rnn_workspaces_give (RnnWorkspaces *all, const RnnState *state,
                      RnnWorkspace *work)
{
  for (gsize i = 0, first = first_place (state); i < N_PLACES; i++) {
    RnnWorkspace **place = &all->places[(first + i) % N_PLACES];
    if (!g_atomic_pointer_get (place)
        && g_atomic_pointer_compare_and_exchange (place, NULL, work))
      return;
  }
  workspace_free (work);
}
