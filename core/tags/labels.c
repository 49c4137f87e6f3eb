/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-tags.h>

#include <math.h>
#include <string.h>

/* What one name says: "B-PER" is prefix B of PER, "O" is none, "PER" is PER. */
typedef struct {
  char prefix;
  char *entity;
} Label;

struct _RnnLabels {
  gatomicrefcount ref_count;
  Label *items; /* [n_names] */
  gsize n_names;
  gboolean has_none; /* one name is "O" */
  RnnOutputKind output;
};

static Label
parse_name (const char *name)
{
  Label label = { 0, NULL };

  if (strcmp (name, "O") == 0)
    return label;
  if (strchr ("BIES", name[0]) && name[0] && name[1] == '-' && name[2]) {
    label.prefix = name[0];
    name += 2;
  }
  label.entity = g_strdup (name);
  return label;
}

RnnLabels *
rnn_labels_new (const char *const *names, gsize n_names, RnnOutputKind output)
{
  RnnLabels *labels = g_new0 (RnnLabels, 1);

  g_atomic_ref_count_init (&labels->ref_count);
  labels->items = g_new0 (Label, n_names);
  labels->n_names = n_names;
  labels->output = output;
  for (gsize i = 0; i < n_names; i++) {
    labels->items[i] = parse_name (names[i]);
    labels->has_none |= labels->items[i].entity == NULL;
  }
  return labels;
}

RnnLabels *
rnn_labels_ref (RnnLabels *labels)
{
  g_atomic_ref_count_inc (&labels->ref_count);
  return labels;
}

void
rnn_labels_unref (RnnLabels *labels)
{
  if (!g_atomic_ref_count_dec (&labels->ref_count))
    return;
  for (gsize i = 0; i < labels->n_names; i++)
    g_free (labels->items[i].entity);
  g_free (labels->items);
  g_free (labels);
}

gsize
rnn_labels_get_n_names (const RnnLabels *labels)
{
  return labels->n_names;
}

/* The greatest of the row, or n_names when any of it is NaN: comparing with
 * NaN would pick the first. */
static gsize
find_greatest (const RnnLabels *labels, const float *row)
{
  gsize best = 0;

  for (gsize i = 0; i < labels->n_names; i++) {
    if (isnan (row[i]))
      return labels->n_names;
    if (row[i] > row[best])
      best = i;
  }
  return best;
}

RnnTag
rnn_labels_read (const RnnLabels *labels, const float *row, float threshold)
{
  RnnTag tag = { NULL, 0, 0.0f };
  gsize best = find_greatest (labels, row);

  if (best == labels->n_names)
    return tag;
  tag.score = row[best];
  /* A softmax with an "O" has chosen already; sigmoids stand alone, and without
   * an "O" to lose to only the threshold tells that there is no entity. */
  if ((labels->output == RNN_OUTPUT_SIGMOID || !labels->has_none)
      && row[best] < threshold)
    return tag;
  tag.entity = labels->items[best].entity;
  tag.prefix = labels->items[best].prefix;
  return tag;
}

gboolean
rnn_tag_continues (RnnTag last, RnnTag next)
{
  if (last.entity == NULL || next.entity == NULL
      || strcmp (last.entity, next.entity) != 0)
    return FALSE;
  if (next.prefix == 'B' || next.prefix == 'S')
    return FALSE;
  return last.prefix != 'E' && last.prefix != 'S';
}
