/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/training.h"

#include <math.h>
#include <rnn/rnn-error.h>
#include <string.h>

/* The rate of the last epoch is this share of the first's. */
#define LAST_RATE 0.05
/* Steps in a row without a finite gradient that end a training. */
#define MAX_SKIPPED 10

/* Write what window row @row is to say: what word @word is. */
static void
fill_target (RnnTraining *training, gsize row, gint32 word)
{
  const RnnExamples *examples = &training->examples;
  gsize n_y = examples->n_classes;

  training->targets.classes[row] =
      word < 0 ? RNN_NO_TARGET
               : g_array_index (examples->word_classes, gint32, word);
  if (word < 0 || !training->targets.beliefs)
    return;
  training->targets.trusts[row] =
      g_array_index (examples->word_trusts, float, word);
  memcpy (training->targets.beliefs + row * n_y,
          &g_array_index (examples->beliefs, float, (gsize) word *n_y),
          n_y * sizeof (float));
}

/* Stream b reads its own stretch of the steps; step t of window i is at
 * i T + t of it. */
static void
fill_window (RnnTraining *training, gsize first)
{
  const RnnExamples *examples = &training->examples;
  RnnWindow *w = training->window;
  gsize F = examples->n_slots, B = w->n_streams, stretch = examples->n / B;

  for (gsize t = 0; t < w->n_steps; t++)
    for (gsize b = 0; b < B; b++) {
      gsize row = t * B + b, at = b * stretch + first + t;
      gboolean is_there = first + t < stretch;
      for (gsize f = 0; f < F; f++)
        w->tokens[row * F + f] =
            is_there ? g_array_index (examples->tokens, gint32, at * F + f)
                     : -1;
      fill_target (training, row,
                   is_there ? g_array_index (examples->spoken, gint32, at)
                            : -1);
      w->marks[row] =
          is_there ? g_array_index (examples->marks, guint8, at) : 0;
    }
}

/* One step of training; returns the window's loss. A step whose loss or
 * gradient is no finite number is not taken. */
static double
learn (RnnTraining *training)
{
  RnnNet *net = training->net;
  RnnWindow *w = training->window;
  double loss, norm = 0, clip = training->options->clip;

  for (gsize i = 0; i < net->n_all; i++)
    _rnn_parameter_clear_gradient (net->all[i]);
  _rnn_net_forward (net, w, &training->random);
  loss =
      _rnn_loss (net->config.output, w->logits, &training->targets,
                 w->n_steps * w->n_streams, net->config.n_outputs, w->d_logits);
  _rnn_net_backward (net, w);
  for (gsize i = 0; i < net->n_all; i++)
    norm += _rnn_parameter_square_norm (net->all[i]);
  norm = sqrt (norm);
  if (!isfinite (loss) || !isfinite (norm))
    return NAN;
  training->adam.n_steps++;
  for (gsize i = 0; i < net->n_all; i++)
    _rnn_adam_step (&training->adam, net->all[i],
                    clip > 0 && norm > clip ? (float) (clip / norm) : 1);
  if (training->average)
    _rnn_average_update (training->average);
  return loss;
}

void
_rnn_training_report (RnnTraining *training, double done_of_epoch, double loss)
{
  RnnTrainProgress *progress = &training->progress;
  double seconds = (double) (g_get_monotonic_time () - training->started) / 1e6;

  progress->done = ((double) (progress->epoch - 1) + done_of_epoch)
                   / (double) progress->n_epochs;
  progress->loss = loss;
  progress->seconds = seconds;
  progress->learning_rate = training->adam.learning_rate;
  progress->words_per_second =
      seconds > 0 ? (double) training->n_words / seconds : 0;
  progress->seconds_left =
      progress->done > 0 ? seconds / progress->done - seconds : 0;
  if (training->callback && !training->callback (progress, training->data))
    training->is_stopped = TRUE;
}

/* The rate falls along a cosine. */
static float
rate_at (const RnnTraining *training, double done)
{
  double share = LAST_RATE + (1 - LAST_RATE) * (1 + cos (G_PI * done)) / 2;

  return (float) (training->options->learning_rate * share);
}

/* Make the steps of the epoch; FALSE: there are not enough. */
static gboolean
begin_epoch (RnnTraining *training, GError **error)
{
  RnnParameter *embedding = training->net->embedding;
  RnnRandom again;
  gboolean ok;

  if (embedding && training->progress.epoch == training->options->tune_from
      && !_rnn_parameter_thaw (embedding)) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                         "no memory to tune the embedding");
    return FALSE;
  }
  if (training->next_window == 0) {
    training->epoch_random = training->random;
    training->loss_sum = 0;
    _rnn_window_reset (training->net, training->window);
    ok = _rnn_examples_shuffle (&training->examples, &training->random, error);
  } else {
    /* In the middle of an epoch the steps are made again as they were. */
    again = training->epoch_random;
    ok = _rnn_examples_shuffle (&training->examples, &again, error);
  }
  if (!ok || training->examples.n >= training->window->n_streams)
    return ok;
  g_set_error (
      error, RNN_ERROR, RNN_ERROR_DATA,
      "labelled text: expected a word at least for each of %" G_GSIZE_FORMAT
      " streams, %" G_GSIZE_FORMAT " came",
      training->window->n_streams, training->examples.n);
  return FALSE;
}

/* Count a step that was not taken; too many in a row end the training. */
static gboolean
skip_step (RnnTraining *training, GError **error)
{
  training->progress.n_skipped++;
  _rnn_window_reset (training->net, training->window);
  if (++training->n_skipped_in_a_row < MAX_SKIPPED)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_NUMERIC,
               "epoch %" G_GSIZE_FORMAT
               ": expected a finite loss and gradient, "
               "%d steps in a row had none; try a learning rate below %g",
               training->progress.epoch, MAX_SKIPPED,
               (double) training->options->learning_rate);
  return FALSE;
}

gboolean
_rnn_training_run_epoch (RnnTraining *training, GError **error)
{
  RnnWindow *w = training->window;
  gsize n_windows;
  double epochs_before = (double) training->progress.epoch - 1;

  if (!begin_epoch (training, error))
    return FALSE;
  n_windows =
      (training->examples.n / w->n_streams + w->n_steps - 1) / w->n_steps;
  while (training->next_window < n_windows && !training->is_stopped) {
    double of_epoch = (double) training->next_window / (double) n_windows, loss;
    if (!_rnn_training_write_due_checkpoint (training, error))
      return FALSE;
    fill_window (training, training->next_window * w->n_steps);
    training->adam.learning_rate =
        rate_at (training, (epochs_before + of_epoch)
                               / (double) training->options->n_epochs);
    loss = learn (training);
    if (isnan (loss) && !skip_step (training, error))
      return FALSE;
    if (!isnan (loss)) {
      training->n_skipped_in_a_row = 0;
      training->loss_sum += loss;
    }
    training->next_window++;
    training->n_words += w->n_steps * w->n_streams;
    _rnn_training_report (training,
                          (double) training->next_window / (double) n_windows,
                          training->loss_sum / (double) training->next_window);
  }
  if (training->next_window >= n_windows)
    training->next_window = 0;
  return TRUE;
}
