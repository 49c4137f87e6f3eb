/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/chart.h"
#include "rnntool/commands.h"
#include "rnntool/eval-report.h"

#include "base/file.h"
#include "base/quote.h"
#include "train/confusions.h"

#include <rnn/rnn-error.h>
#include <string.h>

typedef struct {
  char *model, **data, **train, *entity, *ends, *state;
  char *errors, *reliability, *curve;
  gboolean lowercase, json, matrix;
  double threshold;
} Arguments;

/* What is measured, file by file. */
typedef struct {
  RnnModel *model;
  RnnEvalOptions options;
  GPtrArray *files; /* EvalFile */
  RnnScores all;
  RnnCalibration *calibration;
  RnnNameSet *name_set; /* NULL: no training files */
  EvalNames names;
  GString *errors; /* NULL: not wanted */
} Measure;

static gboolean
parse (Arguments *a, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &a->model, "the model", "FILE" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &a->data,
      "labelled text, one stream a file; may be given again", "FILE" },
    { "lowercase", 'l', 0, G_OPTION_ARG_NONE, &a->lowercase,
      "read it as speech recognisers write: lower-case, no punctuation", NULL },
    { "ends", 0, 0, G_OPTION_ARG_STRING, &a->ends,
      "known or unknown: whether a sentence's end is known when it comes, so "
      "that none of its tokens waits for the next sentence [known]",
      "WHICH" },
    { "state", 0, 0, G_OPTION_ARG_STRING, &a->state,
      "carried from sentence to sentence, or fresh [carried]", "WHICH" },
    { "matrix", 0, 0, G_OPTION_ARG_NONE, &a->matrix,
      "also cased and lower-cased, with ends known and unknown, with the state "
      "carried and fresh, in one table",
      NULL },
    { "train", 't', 0, G_OPTION_ARG_FILENAME_ARRAY, &a->train,
      "what the model learned from: recall of names in it and of others; may "
      "be given again",
      "FILE" },
    { "errors", 0, 0, G_OPTION_ARG_FILENAME, &a->errors,
      "list what is wrong, with five words around it", "FILE.tsv" },
    { "reliability", 0, 0, G_OPTION_ARG_FILENAME, &a->reliability,
      "draw how right each probability is", "FILE.svg|.png" },
    { "curve", 0, 0, G_OPTION_ARG_FILENAME, &a->curve,
      "draw precision and recall of every threshold", "FILE.svg|.png" },
    { "entity", 0, 0, G_OPTION_ARG_STRING, &a->entity, "which one [PER]",
      "NAME" },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &a->threshold,
      "of a sigmoid [0.5]", "P" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &a->json, "print one JSON object",
      NULL },
    { NULL }
  };

  return command_parse ("rnntool eval", "--model FILE --data FILE",
                        "Measure a model on labelled text.", entries, &argc,
                        &argv, 0);
}

static gboolean
is (const char *value, const char *name)
{
  return g_strcmp0 (value, name) == 0;
}

/* NULL: nothing is wrong. */
static const char *
find_misuse (const Arguments *a)
{
  if (!a->model)
    return "--model: expected a file";
  if (!a->data)
    return "--data: expected a file";
  if (!(a->threshold >= 0 && a->threshold <= 1))
    return "--threshold: expected 0 … 1";
  if (a->ends && !is (a->ends, "known") && !is (a->ends, "unknown"))
    return "--ends: expected known or unknown";
  if (a->reliability && !chart_is_picture (a->reliability))
    return "--reliability: expected a name that ends in .svg or .png";
  if (a->curve && !chart_is_picture (a->curve))
    return "--curve: expected a name that ends in .svg or .png";
  if (a->state && !is (a->state, "carried") && !is (a->state, "fresh"))
    return "--state: expected carried or fresh";
  if (is (a->ends, "unknown") && is (a->state, "fresh"))
    return "--state fresh: expected known ends, since that is where the state "
           "is made anew";
  return NULL;
}

static void
file_free (gpointer data)
{
  EvalFile *file = data;

  g_free (file->path);
  g_free (file->label);
  _rnn_corpus_free (file->corpus);
  g_free (file);
}

/* data/uner-ewt/dev.tsv is called uner-ewt/dev. */
static char *
shorten (const char *path)
{
  char *name = g_path_get_basename (path), *folder = g_path_get_dirname (path);
  char *parent = g_path_get_basename (folder), *shown, *dot;

  shown = is (parent, ".") || is (parent, "/")
              ? g_filename_display_name (name)
              : g_strdup_printf ("%s/%s", parent, name);
  dot = strrchr (shown, '.');
  if (dot && dot != shown)
    *dot = '\0';
  g_free (name);
  g_free (folder);
  g_free (parent);
  return shown;
}

static gboolean
read_files (Measure *m, char **paths, GError **error)
{
  for (gsize i = 0; paths[i]; i++) {
    RnnCorpus *corpus = _rnn_corpus_read (paths[i], error);
    EvalFile *file;
    if (!corpus)
      return FALSE;
    file = g_new0 (EvalFile, 1);
    file->path = g_strdup (paths[i]);
    file->label = shorten (paths[i]);
    file->corpus = corpus;
    g_ptr_array_add (m->files, file);
  }
  return TRUE;
}

static gboolean
read_names (Measure *m, char **paths, GError **error)
{
  if (!paths)
    return TRUE;
  m->name_set = _rnn_name_set_new (m->options.entity);
  for (gsize i = 0; paths[i]; i++) {
    RnnCorpus *corpus = _rnn_corpus_read (paths[i], error);
    if (!corpus)
      return FALSE;
    _rnn_name_set_add (m->name_set, corpus);
    _rnn_corpus_free (corpus);
  }
  m->names.n_known = _rnn_name_set_get_size (m->name_set);
  return TRUE;
}

static gboolean
measure_file (Measure *m, EvalFile *file, GError **error)
{
  RnnEvaluation evaluation;

  if (!_rnn_evaluation_init (&evaluation, m->model, file->corpus, &m->options,
                             error))
    return FALSE;
  _rnn_evaluation_count (&evaluation, &file->scores);
  _rnn_evaluation_count (&evaluation, &m->all);
  _rnn_calibration_add (m->calibration, &evaluation);
  if (m->name_set)
    _rnn_name_set_count (m->name_set, &evaluation, &m->names.seen,
                         &m->names.unseen);
  if (m->errors)
    _rnn_confusions_append (&evaluation, file->label, m->errors);
  _rnn_evaluation_clear (&evaluation);
  return TRUE;
}

/* A model that cannot find the entity would only seem to find none. */
static gboolean
check_entity (const Measure *m, const char *path, GError **error)
{
  gsize n_y = rnn_model_get_n_outputs (m->model);
  const char *const *names = rnn_model_get_labels (m->model);
  RnnLabels *labels =
      rnn_labels_new (names, n_y, rnn_model_get_output (m->model));
  RnnTag *classes = _rnn_labels_read_each (labels);
  gboolean found = FALSE;

  for (gsize i = 0; !found && i < n_y; i++)
    found = is (classes[i].entity, m->options.entity);
  if (!found) {
    char *all = g_strjoinv (", ", (char **) names);
    g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                 "%s: labels %s: expected one of the entity '%s'", path,
                 RNN_QUOTE_LIST (all), m->options.entity);
    g_free (all);
  }
  g_free (classes);
  rnn_labels_unref (labels);
  return found;
}

static gboolean
measure (Measure *m, const Arguments *a, GError **error)
{
  m->model = rnn_model_load (a->model, error);
  if (!m->model || !check_entity (m, a->model, error)
      || !read_files (m, a->data, error) || !read_names (m, a->train, error))
    return FALSE;
  for (gsize i = 0; i < m->files->len; i++)
    if (!measure_file (m, g_ptr_array_index (m->files, i), error)) {
      g_prefix_error (error, "%s: ", a->model);
      return FALSE;
    }
  return TRUE;
}

static void
measure_init (Measure *m, const Arguments *a)
{
  memset (m, 0, sizeof *m);
  m->options = (RnnEvalOptions){ .lowercase = a->lowercase,
                                 .entity = a->entity ? a->entity : "PER",
                                 .threshold = (float) a->threshold,
                                 .ends_known = !is (a->ends, "unknown"),
                                 .fresh = is (a->state, "fresh") };
  m->files = g_ptr_array_new_with_free_func (file_free);
  m->calibration = _rnn_calibration_new ();
  if (a->errors)
    m->errors = g_string_new ("kind\tplace\tbefore\twords\tafter\tfound\n");
}

static void
measure_clear (Measure *m)
{
  g_clear_pointer (&m->model, rnn_model_unref);
  g_ptr_array_unref (m->files);
  _rnn_calibration_free (m->calibration);
  _rnn_name_set_free (m->name_set);
  if (m->errors)
    g_string_free (m->errors, TRUE);
}

/* What is only written when all is measured should not fail then. */
static gboolean
check_targets (const Arguments *a, GError **error)
{
  const char *const paths[] = { a->errors, a->reliability, a->curve };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (paths[i] && !_rnn_file_check_target (paths[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
write_files (const Measure *m, const Arguments *a, GError **error)
{
  const char *entity = m->options.entity;

  if (a->errors) {
    RnnChunk chunk = { m->errors->str, m->errors->len };
    if (!_rnn_file_write_atomic (a->errors, &chunk, 1, error))
      return FALSE;
  }
  return (!a->reliability
          || eval_draw_reliability (m->calibration, entity, a->reliability,
                                    error))
         && (!a->curve
             || eval_draw_curve (m->calibration, entity, a->curve, error));
}

static gboolean
tell (const Measure *m, const Arguments *a, GError **error)
{
  gboolean is_chance = rnn_model_get_output (m->model) != RNN_OUTPUT_LINEAR;
  EvalReport report = { m->files, m->all, is_chance ? m->calibration : NULL,
                        m->name_set ? &m->names : NULL };
  EvalMatrix matrix;

  if (a->matrix
      && !eval_matrix_init (&matrix, m->model, m->files, &m->options, error)) {
    g_prefix_error (error, "%s: ", a->model);
    return FALSE;
  }
  if (a->json)
    eval_report_print_json (&report, a->matrix ? &matrix : NULL);
  else
    eval_report_print (&report);
  if (a->matrix && !a->json)
    eval_matrix_print (&matrix, m->files);
  if (a->matrix)
    eval_matrix_clear (&matrix);
  return TRUE;
}

static int
run (const Arguments *a)
{
  const char *wrong = find_misuse (a);
  GError *error = NULL;
  Measure m;
  gboolean ok;

  if (wrong)
    return command_misuse ("rnntool eval", wrong);
  measure_init (&m, a);
  ok = check_targets (a, &error) && measure (&m, a, &error)
       && write_files (&m, a, &error) && tell (&m, a, &error);
  measure_clear (&m);
  return ok ? command_finish () : command_fail (error);
}

int
command_eval (int argc, char **argv)
{
  Arguments a = { .threshold = 0.5 };
  int code = parse (&a, argc, argv) ? run (&a) : EXIT_USAGE;

  g_free (a.model);
  g_strfreev (a.data);
  g_strfreev (a.train);
  g_free (a.entity);
  g_free (a.ends);
  g_free (a.state);
  g_free (a.errors);
  g_free (a.reliability);
  g_free (a.curve);
  return code;
}
