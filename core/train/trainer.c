/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/trainer.h"

#include "train/start.h"
#include "train/training.h"

#include <cblas.h>
#include <math.h>
#include <rnn/rnn-error.h>
#include <string.h>

static RnnConfig
config_of (const RnnTraining *training)
{
  const RnnTrainOptions *options = training->options;
  const RnnLexicon *lexicon = training->examples.dictionary.lexicon;
  RnnConfig config = { 0 };

  config.cell = options->cell;
  config.activation = options->activation;
  config.output = options->entity ? RNN_OUTPUT_SIGMOID : RNN_OUTPUT_SOFTMAX;
  config.n_inputs = rnn_lexicon_get_n_rows (lexicon);
  config.n_embedding = training->examples.dictionary.vectors
                           ? training->examples.dictionary.vectors->size
                           : options->embedding_size;
  config.n_words = !config.n_embedding  ? 0
                   : options->embed_all ? rnn_lexicon_get_n_rows (lexicon)
                                        : _rnn_lexicon_get_n_words (lexicon);
  config.n_slots = rnn_lexicon_get_n_slots (lexicon);
  config.n_hidden = options->hidden_size;
  config.n_layers = options->n_layers;
  config.n_directions = options->bidirectional ? 2 : 1;
  config.n_outputs = training->examples.n_classes;
  config.lookahead = options->lookahead;
  return config;
}

/* Begin with the vectors of words that came with the options. */
static void
take_vectors (RnnTraining *training)
{
  const RnnVectors *vectors = training->examples.dictionary.vectors;
  RnnParameter *embedding = training->net->embedding;

  for (gsize row = 0; row < vectors->n_words; row++)
    memcpy (embedding->values + (row + 1) * embedding->cols,
            vectors->values + row * vectors->size,
            vectors->size * sizeof *embedding->values);
}

/* Begin with what others have learned. FALSE without an error: no memory. */
static gboolean
take_weights (RnnTraining *training, GError **error)
{
  RnnNet *net = training->net;

  if (training->options->start
      && !_rnn_start_fill_net (training->options->start, net, error))
    return FALSE;
  if (training->examples.dictionary.vectors)
    take_vectors (training);
  return training->options->tune_from != 1 || !net->embedding
         || !net->embedding->is_frozen || _rnn_parameter_thaw (net->embedding);
}

static gboolean
make_net (RnnTraining *training, GError **error)
{
  const RnnTrainOptions *options = training->options;
  RnnConfig config = config_of (training);
  gboolean is_frozen = training->examples.dictionary.vectors || options->start;
  GError *why = NULL;
  gboolean ok;
  gsize n_rows = options->n_steps * options->n_streams;

  training->targets.classes = g_new (gint32, n_rows);
  if (options->teachers) {
    training->targets.beliefs = g_new0 (float, n_rows *config.n_outputs);
    training->targets.trusts = g_new0 (float, n_rows);
  }
  training->net = _rnn_net_new (&config, is_frozen, options->dropout,
                                options->input_dropout, &training->random);
  ok = training->net && take_weights (training, &why)
       && (training->window = _rnn_window_new (training->net, options->n_steps,
                                               options->n_streams))
       && (options->average <= 0
           || (training->average =
                   _rnn_average_new (training->net, options->average)))
       && (options->keep <= 0
           || (training->anchor = _rnn_anchor_new (training->net, options->keep,
                                                   options->tune_from > 0)));
  if (ok)
    return TRUE;
  if (why)
    g_propagate_error (error, why);
  else
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "no memory to train a network with n_x %" G_GSIZE_FORMAT
                 ", n_a %" G_GSIZE_FORMAT,
                 config.n_inputs, config.n_hidden);
  return FALSE;
}

/* Score the epoch that has ended, keep its net if it is the best, and tell. */
static gboolean
end_epoch (RnnTraining *training, GError **error)
{
  RnnTrainProgress *progress = &training->progress;
  double before = progress->best_f1;

  if (!_rnn_training_keep_best (training, error))
    return FALSE;
  if (isnan (before) || before <= 0 || progress->best_f1 > before)
    training->best_epoch = progress->epoch;
  progress->is_epoch_end = TRUE;
  _rnn_training_report (training, 1, progress->loss);
  progress->is_epoch_end = FALSE;
  return TRUE;
}

/* Leave an epoch in the middle. Where it can be gone on with it is not scored
 * or told of, since it would be twice, and its half is kept only in place of
 * nothing. */
static gboolean
break_off (RnnTraining *training, GError **error)
{
  if (!training->options->checkpoint)
    return end_epoch (training, error);
  return _rnn_training_write_checkpoint (training, error)
         && (training->is_saved || _rnn_training_keep_best (training, error));
}

static gboolean
run_epochs (RnnTraining *training, GError **error)
{
  RnnTrainProgress *progress = &training->progress;
  gsize patience = training->options->patience;

  while (progress->epoch <= progress->n_epochs && !training->is_stopped) {
    if (patience > 0 && training->best_epoch > 0
        && progress->epoch - 1 - training->best_epoch >= patience)
      break;
    if (!_rnn_training_run_epoch (training, error))
      return FALSE;
    if (training->next_window > 0)
      return break_off (training, error);
    if (!end_epoch (training, error))
      return FALSE;
    progress->epoch++;
    if (!_rnn_training_write_checkpoint (training, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
begin (RnnTraining *training, GError **error)
{
  RnnTrainProgress *progress = &training->progress;

  _rnn_random_seed (&training->random, training->options->seed);
  training->adam = (RnnAdam){ .beta1 = 0.9f,
                              .beta2 = 0.999f,
                              .epsilon = 1e-8f,
                              .decay = training->options->decay };
  progress->n_epochs = training->options->n_epochs;
  progress->f1 = progress->best_f1 = NAN;
  progress->epoch = 1;
  training->started = training->checkpointed = g_get_monotonic_time ();
  return make_net (training, error)
         && (!training->options->resume
             || _rnn_training_read_checkpoint (training, error));
}

/* Train as @training's options say, which are checked and whole. */
static gboolean
run (RnnTraining *training, RnnCorpus *const *corpora, gsize n_corpora,
     GError **error)
{
  gboolean ok;

  if (!_rnn_examples_init (&training->examples, training->options, corpora,
                           n_corpora, error))
    return FALSE;
  /* More threads would sum in another order, and cost more than they gain on
   * products of this size. */
  openblas_set_num_threads (1);
  ok = _rnn_training_choose_entity (training, error) && begin (training, error)
       && run_epochs (training, error);
  _rnn_anchor_free (training->anchor);
  _rnn_average_free (training->average);
  _rnn_window_free (training->window);
  _rnn_net_free (training->net);
  g_free (training->targets.classes);
  g_free (training->targets.beliefs);
  g_free (training->targets.trusts);
  _rnn_examples_clear (&training->examples);
  return ok;
}

/**
 * _rnn_train:
 * @dev: labelled text that is not learned from; may be none
 * @path: the model file, written anew whenever the dev score rises
 * @callback: (nullable): hears of each window and each epoch's end
 *
 * Train a network by truncated back-propagation through time. @n_streams
 * stretches of the text are read side by side, a<t> carried from window to
 * window. The same options and text give the same file, also when the training
 * was broken off and goes on from a checkpoint.
 *
 * With @from in the options the net begins as that model, of which shape, words
 * and labels are taken, too.
 *
 * Returns: %TRUE with a model at @path; else %FALSE with @error set (ARGUMENT,
 *   DATA, NO_MEMORY, NUMERIC, WRITE, MODEL; of a checkpoint and of @from also
 *   FORMAT and those of files)
 */
gboolean
_rnn_train (const RnnTrainOptions *options, RnnCorpus *const *corpora,
            gsize n_corpora, RnnCorpus *const *dev, gsize n_dev,
            const char *path, RnnTrainCallback callback, gpointer data,
            GError **error)
{
  RnnTrainOptions whole = *options;
  RnnTraining training = { .options = &whole,
                           .dev = dev,
                           .n_dev = n_dev,
                           .path = path,
                           .callback = callback,
                           .data = data };
  RnnStart *start = NULL;
  gboolean ok;

  if (options->from && !(start = _rnn_start_read (options->from, error)))
    return FALSE;
  if (start)
    _rnn_start_fill_options (start, &whole);
  ok = _rnn_train_options_check (&whole, error)
       && run (&training, corpora, n_corpora, error);
  _rnn_start_free (start);
  return ok;
}
