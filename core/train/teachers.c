/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/teachers.h"

#include "base/quote.h"

#include <rnn/rnn-error.h>
#include <string.h>

/* Find the place of each of @model's outputs among @classes; NULL: they are not
 * the same. */
static gint32 *
find_places (const RnnModel *model, const char *const *classes, gsize n_y)
{
  const char *const *labels = rnn_model_get_labels (model);
  gint32 *places = g_new (gint32, n_y);
  gsize n_found = 0;

  if (rnn_model_get_n_outputs (model) == n_y)
    for (gsize j = 0; j < n_y; j++)
      for (gsize c = 0; c < n_y; c++)
        if (strcmp (labels[j], classes[c]) == 0) {
          places[j] = (gint32) c;
          n_found++;
        }
  if (n_found == n_y)
    return places;
  g_free (places);
  return NULL;
}

static gboolean
refuse_labels (const char *path, const char *const *classes, GError **error)
{
  char *wanted = g_strjoinv (" ", (char **) classes);

  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "%s: expected a teacher that reads words, with the labels %s",
               path, wanted);
  g_free (wanted);
  return FALSE;
}

static gboolean
add_teacher (RnnTeachers *teachers, const char *path,
             const char *const *classes, RnnOutputKind output, GError **error)
{
  static const char *const kinds[] = { [RNN_OUTPUT_SIGMOID] = "sigmoid",
                                       [RNN_OUTPUT_SOFTMAX] = "softmax",
                                       [RNN_OUTPUT_LINEAR] = "linear" };
  RnnModel *model = rnn_model_load (path, error);
  guint i = teachers->models->len;

  if (!model)
    return FALSE;
  g_ptr_array_add (teachers->models, model);
  if (!rnn_model_get_lexicon (model)
      || !(teachers->places[i] = find_places (model, classes, teachers->n_y)))
    return refuse_labels (path, classes, error);
  if (rnn_model_get_output (model) == output)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "%s: expected a teacher whose output is %s, as that of the net "
               "that learns, %s came",
               path, kinds[output], kinds[rnn_model_get_output (model)]);
  return FALSE;
}

gboolean
_rnn_teachers_init (RnnTeachers *teachers, char **paths,
                    const char *const *classes, gsize n_y, RnnOutputKind output,
                    gboolean is_consistent, GError **error)
{
  gboolean ok = TRUE;

  teachers->n_y = n_y;
  teachers->paths = paths;
  teachers->models =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rnn_model_unref);
  teachers->places = g_new0 (gint32 *, paths ? g_strv_length (paths) + 1 : 1);
  if (is_consistent)
    _rnn_consistency_init (&teachers->consistency, classes, n_y);
  for (gsize i = 0; ok && paths && paths[i]; i++)
    ok = add_teacher (teachers, paths[i], classes, output, error);
  if (!ok)
    _rnn_teachers_clear (teachers);
  return ok;
}

void
_rnn_teachers_clear (RnnTeachers *teachers)
{
  for (guint i = 0; teachers->models && i < teachers->models->len; i++)
    g_free (teachers->places[i]);
  g_clear_pointer (&teachers->places, g_free);
  _rnn_consistency_clear (&teachers->consistency);
  g_clear_pointer (&teachers->models, g_ptr_array_unref);
}

/* Where the sentence ends that begins at @start, of @n words. */
static guint
end_of_sentence (const GArray *ends, guint start, guint n)
{
  guint at = start;

  while (at + 1 < n && !g_array_index (ends, gboolean, at))
    at++;
  return at + 1;
}

/* Read words [@start, @end), after which the text ends. */
static gboolean
read_sentence (RnnAhead *ahead, const GPtrArray *words, guint start, guint end,
               gint32 *tokens, GError **error)
{
  const RnnModel *model = rnn_state_get_model (rnn_ahead_get_state (ahead));
  gsize n_slots = rnn_model_get_n_slots (model);

  for (guint i = start; i < end; i++)
    if (!rnn_lexicon_look_up (rnn_model_get_lexicon (model), words->pdata[i],
                              strlen (words->pdata[i]),
                              tokens + (i - start) * n_slots, error))
      return FALSE;
  return rnn_ahead_run (ahead, tokens, end - start, error)
         && rnn_ahead_end (ahead, error);
}

/* Add teacher @i's yhat to @beliefs. */
static gboolean
judge_one (const RnnTeachers *teachers, guint i, const GPtrArray *words,
           const GArray *ends, float *beliefs, GError **error)
{
  RnnModel *model = teachers->models->pdata[i];
  const gint32 *places = teachers->places[i];
  gsize n_y = teachers->n_y;
  gint32 *tokens = g_new (gint32, words->len * rnn_model_get_n_slots (model));
  RnnAhead *ahead = rnn_ahead_new (model);
  gboolean ok = ahead != NULL;

  if (!ok)
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                         "no memory for a teacher's state");
  for (guint start = 0, end; ok && start < words->len; start = end) {
    end = end_of_sentence (ends, start, words->len);
    ok = read_sentence (ahead, words, start, end, tokens, error);
    if (!ok)
      g_prefix_error (error, "%s: ", teachers->paths[i]);
    for (gsize t = 0; ok && t < end - start; t++)
      for (gsize j = 0; j < n_y; j++)
        beliefs[(start + t) * n_y + (gsize) places[j]] +=
            rnn_ahead_get_rows (ahead)[t * n_y + j];
    if (ok)
      rnn_ahead_drop (ahead, end - start);
  }
  g_clear_pointer (&ahead, rnn_ahead_free);
  g_free (tokens);
  return ok;
}

/* Sentence by sentence. */
static void
make_consistent (const RnnTeachers *teachers, guint n, const GArray *ends,
                 float *beliefs)
{
  for (guint start = 0, end; start < n; start = end) {
    end = end_of_sentence (ends, start, n);
    _rnn_consistency_apply (&teachers->consistency,
                            beliefs + start * teachers->n_y, end - start);
  }
}

gboolean
_rnn_teachers_judge (const RnnTeachers *teachers, const GPtrArray *words,
                     const GArray *ends, float *beliefs, GError **error)
{
  guint n_teachers = teachers->models->len;
  gsize n = words->len * teachers->n_y;

  memset (beliefs, 0, n * sizeof *beliefs);
  for (guint i = 0; i < n_teachers; i++)
    if (!judge_one (teachers, i, words, ends, beliefs, error))
      return FALSE;
  for (gsize i = 0; i < n; i++)
    beliefs[i] /= (float) n_teachers;
  if (teachers->consistency.follows)
    make_consistent (teachers, words->len, ends, beliefs);
  return TRUE;
}
