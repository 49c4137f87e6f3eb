/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-tags.h>

#include <math.h>
#include <string.h>

/* What one name says: "B-PER" is prefix B of PER, "O" is none, "PER" is PER. */
typedef struct {
  char prefix;
  char *entity;
  guint group; /* the same for all labels of one entity */
} Label;

/* Labels of so many entities at most are summed up; beyond that each label
 * stands for itself. */
#define MAX_GROUPS 64

struct _RnnLabels {
  gatomicrefcount ref_count;
  Label *items; /* [n_names] */
  gsize n_names;
  gboolean has_none; /* one name is "O" */
  guint n_groups; /* 0: no label has a prefix, or there are too many entities */
  RnnOutputKind output;
};

static Label
parse_name (const char *name)
{
  Label label = { 0, NULL, 0 };

  if (strcmp (name, "O") == 0)
    return label;
  if (strchr ("BIES", name[0]) && name[0] && name[1] == '-' && name[2]) {
    label.prefix = name[0];
    name += 2;
  }
  label.entity = g_strdup (name);
  return label;
}

/* Number the entities in order of appearance. */
static void
group_labels (RnnLabels *labels)
{
  gboolean has_prefixes = FALSE;
  guint n = 0;

  for (gsize i = 0; i < labels->n_names && n <= MAX_GROUPS; i++) {
    gsize first = 0;
    has_prefixes |= labels->items[i].prefix != 0;
    while (g_strcmp0 (labels->items[first].entity, labels->items[i].entity))
      first++;
    labels->items[i].group = first == i ? n++ : labels->items[first].group;
  }
  labels->n_groups = has_prefixes && n <= MAX_GROUPS ? n : 0;
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
  if (output == RNN_OUTPUT_SOFTMAX)
    group_labels (labels);
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

/* Two names side by side, nothing between them, are rare. So a label that
 * begins one must have this share of its entity's probability; with less, the
 * token goes on with the entity before it, or begins one where there is none.
 */
#define SHARE_TO_BEGIN 0.8f

static gboolean
begins (const Label *label)
{
  return label->prefix == 'B' || label->prefix == 'S';
}

/* The label to believe of those of @group, whose sum is @sum. */
static gsize
choose_in_group (const RnnLabels *labels, const float *row, guint group,
                 float sum)
{
  gsize best = labels->n_names, inside = labels->n_names;

  for (gsize i = 0; i < labels->n_names; i++) {
    const Label *label = &labels->items[i];
    if (label->group != group)
      continue;
    if (best == labels->n_names || row[i] > row[best])
      best = i;
    if (!begins (label) && (inside == labels->n_names || row[i] > row[inside]))
      inside = i;
  }
  if (inside < labels->n_names && begins (&labels->items[best])
      && row[best] < SHARE_TO_BEGIN * sum)
    return inside;
  return best;
}

/* The label to believe: of the entity with the greatest sum of probabilities,
 * the greatest. Doubt between B-PER and I-PER is none about PER. *@score is the
 * sum. */
static gsize
choose_label (const RnnLabels *labels, const float *row, float *score)
{
  gsize best = find_greatest (labels, row);
  float sums[MAX_GROUPS] = { 0 };
  guint group = 0;

  if (best == labels->n_names || labels->n_groups == 0) {
    *score = best < labels->n_names ? row[best] : 0;
    return best;
  }
  for (gsize i = 0; i < labels->n_names; i++)
    sums[labels->items[i].group] += row[i];
  for (guint g = 1; g < labels->n_groups; g++)
    if (sums[g] > sums[group])
      group = g;
  *score = MIN (sums[group], 1);
  return choose_in_group (labels, row, group, sums[group]);
}

RnnTag
rnn_labels_read (const RnnLabels *labels, const float *row, float threshold)
{
  RnnTag tag = { NULL, 0, 0.0f };
  float score;
  gsize best = choose_label (labels, row, &score);

  if (best == labels->n_names)
    return tag;
  tag.score = score;
  /* A softmax with an "O" has chosen already; sigmoids stand alone, and without
   * an "O" to lose to only the threshold tells that there is no entity. */
  if ((labels->output == RNN_OUTPUT_SIGMOID || !labels->has_none)
      && score < threshold)
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
