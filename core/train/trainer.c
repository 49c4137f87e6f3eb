/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/trainer.h"

#include "base/file.h"
#include "train/average.h"
#include "train/examples.h"
#include "train/loss.h"
#include "train/metrics.h"
#include "train/net-file.h"

#include <cblas.h>
#include <math.h>
#include <rnn/rnn-error.h>
#include <string.h>

/* The rate of the last epoch is this share of the first's. */
#define LAST_RATE 0.05

typedef struct {
  const RnnTrainOptions *options;
  RnnCorpus *const *dev;
  gsize n_dev;
  const char *path;
  RnnTrainCallback callback;
  gpointer data;
  RnnExamples examples;
  RnnRandom random;
  RnnNet *net;
  RnnWindow *window;
  gint32 *targets; /* [T B] */
  RnnAverage *average; /* or NULL */
  RnnAdam adam;
  RnnTrainProgress progress;
  gint64 started; /* us */
  guint64 n_words;
  gboolean is_stopped;
  gboolean is_saved;
} Trainer;

/* Set what the lectures' net was trained with. */
void
_rnn_train_options_init (RnnTrainOptions *options)
{
  *options = (RnnTrainOptions) {
    .cell = RNN_CELL_ELMAN,
    .hidden_size = 100,
    .n_layers = 1,
    .n_words = 10000,
    .entity = "PER",
    .n_epochs = 12,
    .patience = 4,
    .n_steps = 32,
    .n_streams = 32,
    .learning_rate = 2e-3f,
    .clip = 1,
    .dropout = 0.3f,
    .unknown_rate = 0.3f,
    .lowercase_share = 0.5f,
    .known_ends_share = 0.5f,
    .seed = 1,
  };
}

static gboolean
check_range (const char *what, gsize value, gsize low, gsize high,
             GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "%s: expected %" G_GSIZE_FORMAT " … %" G_GSIZE_FORMAT
               ", %" G_GSIZE_FORMAT " came",
               what, low, high, value);
  return FALSE;
}

static gboolean
check_share (const char *what, float value, float high, GError **error)
{
  if (value >= 0 && value <= high)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "%s: expected 0 … %g, %g came", what, (double) high,
               (double) value);
  return FALSE;
}

static gboolean
check_options (const RnnTrainOptions *options, GError **error)
{
  if (options->embeddings && (options->embed_all || options->embedding_size)) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                         "embeddings: expected without a size of embedding or "
                         "features in it: word vectors bring their own");
    return FALSE;
  }
  return check_range ("hidden size", options->hidden_size, 1, 8192, error) &&
         check_range ("layers", options->n_layers, 1, RNN_NET_MAX_LAYERS,
                      error) &&
         check_range ("look-ahead", options->lookahead, 0, 64, error) &&
         check_range ("embedding size", options->embedding_size, 0, 4096,
                      error) &&
         check_range ("words", options->n_words, 2, 10000000, error) &&
         check_range ("epochs", options->n_epochs, 1, 100000, error) &&
         check_range ("steps", options->n_steps, 1, 4096, error) &&
         check_range ("streams", options->n_streams, 1, 4096, error) &&
         check_share ("learning rate", options->learning_rate, 10, error) &&
         check_share ("decay", options->decay, 1, error) &&
         check_share ("clip", options->clip, 1e9f, error) &&
         check_share ("dropout", options->dropout, 0.95f, error) &&
         check_share ("input dropout", options->input_dropout, 0.95f, error) &&
         check_share ("average", options->average, 0.999999f, error) &&
         check_share ("other styles share", options->other_styles_share, 1,
                      error) &&
         check_share ("known ends share", options->known_ends_share, 1,
                      error) &&
         check_share ("substitute share", options->substitute_share, 1,
                      error) &&
         check_share ("error rate", options->error_rate, 1, error) &&
         check_share ("unknown rate", options->unknown_rate, 1e6f, error) &&
         check_share ("lower-case share", options->lowercase_share, 1, error);
}

static RnnConfig
config_of (const Trainer *trainer)
{
  const RnnTrainOptions *options = trainer->options;
  const RnnLexicon *lexicon = trainer->examples.dictionary.lexicon;
  RnnConfig config = { 0 };

  config.cell = options->cell;
  config.activation = options->activation;
  config.output = options->entity ? RNN_OUTPUT_SIGMOID : RNN_OUTPUT_SOFTMAX;
  config.n_inputs = rnn_lexicon_get_n_rows (lexicon);
  config.n_embedding = trainer->examples.dictionary.vectors
                           ? trainer->examples.dictionary.vectors->size
                           : options->embedding_size;
  config.n_words = !config.n_embedding  ? 0
                   : options->embed_all ? rnn_lexicon_get_n_rows (lexicon)
                                        : _rnn_lexicon_get_n_words (lexicon);
  config.n_slots = rnn_lexicon_get_n_slots (lexicon);
  config.n_hidden = options->hidden_size;
  config.n_layers = options->n_layers;
  config.n_directions = options->bidirectional ? 2 : 1;
  config.n_outputs = trainer->examples.n_classes;
  config.lookahead = options->lookahead;
  return config;
}

/* Stream b reads its own stretch of the steps; step t of window i is at
 * i T + t of it. */
static void
fill_window (Trainer *trainer, gsize first)
{
  const RnnExamples *examples = &trainer->examples;
  RnnWindow *w = trainer->window;
  gsize F = examples->n_slots, B = w->n_streams, stretch = examples->n / B;

  for (gsize t = 0; t < w->n_steps; t++)
    for (gsize b = 0; b < B; b++) {
      gsize row = t * B + b, at = b * stretch + first + t;
      gboolean is_there = first + t < stretch;
      for (gsize f = 0; f < F; f++)
        w->tokens[row * F + f] =
            is_there ? g_array_index (examples->tokens, gint32, at * F + f) : -1;
      trainer->targets[row] =
          is_there ? g_array_index (examples->targets, gint32, at)
                   : RNN_NO_TARGET;
      w->marks[row] =
          is_there ? g_array_index (examples->marks, guint8, at) : 0;
    }
}

/* One step of training; returns the window's loss. */
static double
learn (Trainer *trainer)
{
  RnnNet *net = trainer->net;
  RnnWindow *w = trainer->window;
  double loss, norm = 0, clip = trainer->options->clip;

  for (gsize i = 0; i < net->n_all; i++)
    _rnn_parameter_clear_gradient (net->all[i]);
  _rnn_net_forward (net, w, &trainer->random);
  loss = _rnn_loss (net->config.output, w->logits, trainer->targets,
                    w->n_steps * w->n_streams, net->config.n_outputs,
                    w->d_logits);
  _rnn_net_backward (net, w);
  for (gsize i = 0; i < net->n_all; i++)
    norm += _rnn_parameter_square_norm (net->all[i]);
  norm = sqrt (norm);
  trainer->adam.n_steps++;
  for (gsize i = 0; i < net->n_all; i++)
    _rnn_adam_step (&trainer->adam, net->all[i],
                    clip > 0 && norm > clip ? (float) (clip / norm) : 1);
  if (trainer->average)
    _rnn_average_update (trainer->average);
  return loss;
}

static void
report (Trainer *trainer, double done_of_epoch, double loss)
{
  RnnTrainProgress *progress = &trainer->progress;
  double seconds = (double) (g_get_monotonic_time () - trainer->started) / 1e6;

  progress->done = ((double) (progress->epoch - 1) + done_of_epoch) /
                   (double) progress->n_epochs;
  progress->loss = loss;
  progress->seconds = seconds;
  progress->learning_rate = trainer->adam.learning_rate;
  progress->words_per_second =
      seconds > 0 ? (double) trainer->n_words / seconds : 0;
  progress->seconds_left =
      progress->done > 0 ? seconds / progress->done - seconds : 0;
  if (trainer->callback && !trainer->callback (progress, trainer->data))
    trainer->is_stopped = TRUE;
}

/* The rate falls along a cosine. */
static float
rate_at (const Trainer *trainer, double done)
{
  double share = LAST_RATE + (1 - LAST_RATE) * (1 + cos (G_PI * done)) / 2;

  return (float) (trainer->options->learning_rate * share);
}

static gboolean
run_epoch (Trainer *trainer, GError **error)
{
  RnnWindow *w = trainer->window;
  gsize stretch, n_windows;
  double sum = 0;

  if (trainer->net->embedding &&
      trainer->progress.epoch == trainer->options->tune_from &&
      !_rnn_parameter_thaw (trainer->net->embedding)) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                         "no memory to tune the embedding");
    return FALSE;
  }
  _rnn_examples_shuffle (&trainer->examples, &trainer->random);
  stretch = trainer->examples.n / w->n_streams;
  n_windows = (stretch + w->n_steps - 1) / w->n_steps;
  _rnn_window_reset (trainer->net, w);
  for (gsize i = 0; i < n_windows && !trainer->is_stopped; i++) {
    double of_epoch = (double) i / (double) n_windows;
    fill_window (trainer, i * w->n_steps);
    trainer->adam.learning_rate =
        rate_at (trainer, ((double) trainer->progress.epoch - 1 + of_epoch) /
                              (double) trainer->options->n_epochs);
    sum += learn (trainer);
    if (!isfinite (sum)) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_NUMERIC,
                   "epoch %" G_GSIZE_FORMAT ": expected a finite loss; try a "
                   "learning rate below %g",
                   trainer->progress.epoch,
                   (double) trainer->options->learning_rate);
      return FALSE;
    }
    trainer->n_words += w->n_steps * w->n_streams;
    report (trainer, (double) (i + 1) / (double) n_windows,
            sum / (double) (i + 1));
  }
  return TRUE;
}

/* The mean over the dev files, as they are and as a recogniser would write
 * them, of the mean of token F1 and span F1. */
static gboolean
score (const Trainer *trainer, RnnModel *model, double *f1, GError **error)
{
  gboolean both = trainer->options->lowercase_share > 0;
  const char *entity = trainer->options->entity;
  double sum = 0;

  for (gsize i = 0; i < trainer->n_dev; i++)
    for (int lowercase = 0; lowercase <= both; lowercase++) {
      RnnEvalOptions options = { .lowercase = lowercase,
                                 .entity = entity ? entity : "PER",
                                 .threshold = 0.5f,
                                 .ends_known = TRUE };
      RnnScores scores = { 0 };
      if (!_rnn_evaluate (model, trainer->dev[i], &options, &scores, error))
        return FALSE;
      sum += _rnn_scores_mean (&scores);
    }
  *f1 = sum / (double) (trainer->n_dev * (both ? 2 : 1));
  return TRUE;
}

/* The net as a file; with an average of its weights, that. */
static GBytes *
to_file (const Trainer *trainer, GError **error)
{
  const RnnTrainOptions *options = trainer->options;
  const RnnExamples *examples = &trainer->examples;
  char *labels = options->entity ? g_strdup (options->entity)
                                 : g_strjoinv ("\n", examples->names);
  RnnNetText text = { &examples->dictionary, labels, options->normalize,
                      options->features };
  GBytes *bytes;

  if (trainer->average)
    _rnn_average_swap (trainer->average);
  bytes = _rnn_net_to_file (trainer->net, &text, options->storage, error);
  if (trainer->average)
    _rnn_average_swap (trainer->average);
  g_free (labels);
  return bytes;
}

/* Score the net as it is, and write it if it is the best so far. */
static gboolean
keep_best (Trainer *trainer, GError **error)
{
  GBytes *bytes = to_file (trainer, error);
  RnnModel *model;
  RnnChunk chunk;
  double f1 = NAN;
  gboolean ok, is_best;

  if (!bytes)
    return FALSE;
  chunk.data = g_bytes_get_data (bytes, &chunk.n_bytes);
  model = _rnn_model_parse (chunk.data, chunk.n_bytes, trainer->path, error);
  ok = model && (trainer->n_dev == 0 || score (trainer, model, &f1, error));
  is_best = !trainer->is_saved || trainer->n_dev == 0 ||
            f1 > trainer->progress.best_f1;
  if (ok && is_best) {
    ok = _rnn_file_write_atomic (trainer->path, &chunk, 1, error);
    trainer->is_saved = ok;
    trainer->progress.best_f1 = f1;
  }
  trainer->progress.f1 = f1;
  g_bytes_unref (bytes);
  g_clear_pointer (&model, rnn_model_unref);
  return ok;
}

static gboolean
run_epochs (Trainer *trainer, GError **error)
{
  RnnTrainProgress *progress = &trainer->progress;
  gsize best_epoch = 0, patience = trainer->options->patience;

  progress->n_epochs = trainer->options->n_epochs;
  progress->f1 = progress->best_f1 = NAN;
  trainer->started = g_get_monotonic_time ();
  for (progress->epoch = 1;
       progress->epoch <= progress->n_epochs && !trainer->is_stopped;
       progress->epoch++) {
    double before = progress->best_f1;
    if (!run_epoch (trainer, error) || !keep_best (trainer, error))
      return FALSE;
    if (isnan (before) || progress->best_f1 > before)
      best_epoch = progress->epoch;
    progress->is_epoch_end = TRUE;
    report (trainer, 1, progress->loss);
    progress->is_epoch_end = FALSE;
    if (patience > 0 && progress->epoch - best_epoch >= patience)
      break;
  }
  return TRUE;
}

/* Begin with the vectors of words that came with the options. */
static gboolean
take_vectors (Trainer *trainer)
{
  const RnnVectors *vectors = trainer->examples.dictionary.vectors;
  RnnParameter *embedding = trainer->net->embedding;

  for (gsize row = 0; row < vectors->n_words; row++)
    memcpy (embedding->values + (row + 1) * embedding->cols,
            vectors->values + row * vectors->size,
            vectors->size * sizeof *embedding->values);
  return trainer->options->tune_from != 1 || _rnn_parameter_thaw (embedding);
}

static gboolean
make_net (Trainer *trainer, GError **error)
{
  const RnnTrainOptions *options = trainer->options;
  RnnConfig config = config_of (trainer);
  gboolean has_vectors = trainer->examples.dictionary.vectors != NULL, ok;

  trainer->targets = g_new (gint32, options->n_steps * options->n_streams);
  trainer->net =
      _rnn_net_new (&config, has_vectors, options->dropout,
                    options->input_dropout, &trainer->random);
  ok = trainer->net && (!has_vectors || take_vectors (trainer)) &&
       (trainer->window = _rnn_window_new (trainer->net, options->n_steps,
                                           options->n_streams)) &&
       (options->average <= 0 ||
        (trainer->average =
             _rnn_average_new (trainer->net, options->average)));
  if (ok)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "no memory to train a network with n_x %" G_GSIZE_FORMAT
               ", n_a %" G_GSIZE_FORMAT,
               config.n_inputs, config.n_hidden);
  return FALSE;
}

/**
 * _rnn_train:
 * @dev: labelled text that is not learned from; may be none
 * @path: the model file, written anew whenever the dev score rises
 * @callback: (nullable): hears of each window and each epoch's end
 *
 * Train a network by truncated back-propagation through time. @n_streams
 * stretches of the text are read side by side, a<t> carried from window to
 * window. The same options and text give the same file.
 *
 * Returns: %TRUE with a model at @path; else %FALSE with @error set (ARGUMENT,
 *   NO_MEMORY, NUMERIC, WRITE, MODEL)
 */
gboolean
_rnn_train (const RnnTrainOptions *options, RnnCorpus *const *corpora,
            gsize n_corpora, RnnCorpus *const *dev, gsize n_dev,
            const char *path, RnnTrainCallback callback, gpointer data,
            GError **error)
{
  Trainer trainer = { .options = options,
                      .dev = dev,
                      .n_dev = n_dev,
                      .path = path,
                      .callback = callback,
                      .data = data };
  gboolean ok;

  if (!check_options (options, error) ||
      !_rnn_examples_init (&trainer.examples, options, corpora, n_corpora,
                           error))
    return FALSE;
  /* More threads would sum in another order, and cost more than they gain on
   * products of this size. */
  openblas_set_num_threads (1);
  _rnn_random_seed (&trainer.random, options->seed);
  trainer.adam = (RnnAdam) { .beta1 = 0.9f,
                             .beta2 = 0.999f,
                             .epsilon = 1e-8f,
                             .decay = options->decay };
  ok = make_net (&trainer, error) && run_epochs (&trainer, error);
  _rnn_average_free (trainer.average);
  _rnn_window_free (trainer.window);
  _rnn_net_free (trainer.net);
  g_free (trainer.targets);
  _rnn_examples_clear (&trainer.examples);
  return ok;
}
