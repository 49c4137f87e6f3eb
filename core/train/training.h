/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A training that is under way: what epoch.c, keep.c and checkpoint.c share. */
#pragma once

#include "train/anchor.h"
#include "train/average.h"
#include "train/examples.h"
#include "train/loss.h"
#include "train/net.h"
#include "train/trainer.h"

typedef struct {
  const RnnTrainOptions *options;
  RnnCorpus *const *dev;
  gsize n_dev;
  const char *entity; /* that dev files are scored by; NULL: all */
  const char *path;
  RnnTrainCallback callback;
  gpointer data;
  RnnExamples examples;
  RnnRandom random;
  RnnNet *net;
  RnnWindow *window;
  RnnTargets targets;  /* of the window's T B rows */
  RnnAverage *average; /* or NULL */
  RnnAnchor *anchor;   /* or NULL */
  RnnAdam adam;
  RnnTrainProgress progress;
  gint64 started; /* us */
  guint64 n_words;
  gsize best_epoch;
  gsize n_skipped_in_a_row;
  gboolean is_stopped;
  gboolean is_saved;
  /* Where in the epoch it is. */
  gsize next_window;
  double loss_sum;
  RnnRandom epoch_random; /* as it was when the epoch's steps were made */
  gint64 checkpointed;    /* us */
} RnnTraining;

gboolean _rnn_train_options_check_words (const RnnTrainOptions *options,
                                         GError **error);

/* Tell the callback where the training is. */
void _rnn_training_report (RnnTraining *training, double done_of_epoch,
                           double loss);
/* Learn from all windows of the epoch from next_window on, which is 0 behind
 * the last one; else the callback wanted to stop. Errors: NUMERIC, DATA, WRITE,
 * NO_MEMORY. */
gboolean _rnn_training_run_epoch (RnnTraining *training, GError **error);
/* Choose the entity that dev files are scored by. Errors: ARGUMENT, none of the
 * tags is of the one that the options name. */
gboolean _rnn_training_choose_entity (RnnTraining *training, GError **error);
/* Score the net as it is, and write it if it is the best so far. */
gboolean _rnn_training_keep_best (RnnTraining *training, GError **error);

/* What must be the same for the file to come out the same: name, value, …,
 * NULL. Free its strings with it. */
GPtrArray *_rnn_training_list_settings (const RnnTraining *training);
/* Compare a checkpoint's with them; @error names the first difference. */
gboolean _rnn_training_check_settings (const RnnTraining *training,
                                       GHashTable *metadata, GError **error);
/* Write all that the training needs to go on from here; nothing without a name
 * for it in the options. */
gboolean _rnn_training_write_checkpoint (RnnTraining *training, GError **error);
/* Write it when the last one is older than the options want. */
gboolean _rnn_training_write_due_checkpoint (RnnTraining *training,
                                             GError **error);
/* Go back to where the checkpoint was written. FALSE with @error: it cannot be
 * read, or is of another training, and then the first difference is named. */
gboolean _rnn_training_read_checkpoint (RnnTraining *training, GError **error);
