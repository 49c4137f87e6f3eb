/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/anchor.h"

#include "base/checked.h"

#include <string.h>

static gsize
size_of (const RnnParameter *p)
{
  return p->rows * p->cols;
}

RnnAnchor *
_rnn_anchor_new (RnnNet *net, float share, gboolean all)
{
  RnnAnchor *anchor = g_new0 (RnnAnchor, 1);

  anchor->net = net;
  anchor->share = share;
  anchor->mixed = g_new0 (float *, net->n_all);
  anchor->values = _rnn_net_new_arrays (net, all);
  if (!anchor->values) {
    _rnn_anchor_free (anchor);
    return NULL;
  }
  for (gsize i = 0; i < net->n_all; i++)
    if (anchor->values[i])
      memcpy (anchor->values[i], net->all[i]->values,
              size_of (net->all[i]) * sizeof (float));
  return anchor;
}

void
_rnn_anchor_free (RnnAnchor *anchor)
{
  if (!anchor)
    return;
  _rnn_net_free_arrays (anchor->net, anchor->values);
  g_free (anchor->mixed);
  g_free (anchor);
}

static void
swap (RnnAnchor *anchor, gsize i)
{
  float *values = anchor->net->all[i]->values;

  anchor->net->all[i]->values = anchor->mixed[i];
  anchor->mixed[i] = values;
}

gboolean
_rnn_anchor_mix (RnnAnchor *anchor)
{
  float share = anchor->share;

  for (gsize i = 0; i < anchor->net->n_all; i++) {
    const float *first = anchor->values[i], *last = anchor->net->all[i]->values;
    gsize n = size_of (anchor->net->all[i]);
    float *mixed = first ? _rnn_try_alloc (n, sizeof *mixed) : NULL;
    if (first && !mixed) {
      _rnn_anchor_restore (anchor);
      return FALSE;
    }
    for (gsize j = 0; first && j < n; j++)
      mixed[j] = (1 - share) * last[j] + share * first[j];
    anchor->mixed[i] = mixed;
    if (mixed)
      swap (anchor, i);
  }
  return TRUE;
}

void
_rnn_anchor_restore (RnnAnchor *anchor)
{
  for (gsize i = 0; i < anchor->net->n_all; i++) {
    if (!anchor->mixed[i])
      continue;
    swap (anchor, i);
    _rnn_free (anchor->mixed[i]);
    anchor->mixed[i] = NULL;
  }
}
