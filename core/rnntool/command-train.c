/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/commands.h"
#include "rnntool/progress.h"
#include "rnntool/train-arguments.h"
#include "rnntool/train-inputs.h"

#include "base/file.h"

#include <signal.h>

static volatile sig_atomic_t interrupted;

static void
on_interrupt (int number)
{
  (void) number;
  interrupted = 1;
}

static gboolean
on_progress (const RnnTrainProgress *progress, gpointer data)
{
  progress_show (data, progress);
  return !interrupted;
}

/* The file is there, as one that is to be gone on from, but of no other use. */
static void
warn_of_nothing (const TrainArguments *a)
{
  g_printerr ("rnntool train: warning: %s: F1 is 0 on the dev files after each "
              "epoch; try more --epochs or fewer --streams\n",
              a->out);
}

static int
train (const TrainArguments *a, RnnTrainOptions *options)
{
  GError *error = NULL;
  GPtrArray *corpora = NULL, *dev = NULL;
  Progress *progress = NULL;
  gboolean found_nothing = FALSE;
  gboolean ok =
      _rnn_file_check_target (a->out, &error)
      && (!a->checkpoint || _rnn_file_check_target (a->checkpoint, &error))
      && (corpora = train_read_corpora (a->train, &error))
      && (dev = train_read_corpora (a->dev, &error))
      && (!options->entity || options->from || options->teachers
          || train_check_entity (options->entity, corpora, &error));

  if (ok)
    ok = (progress = progress_new (a->log, a->resume, &error)) != NULL;
  if (ok) {
    signal (SIGINT, on_interrupt);
    signal (SIGTERM, on_interrupt);
    ok = _rnn_train (options, (RnnCorpus *const *) corpora->pdata, corpora->len,
                     (RnnCorpus *const *) dev->pdata, dev->len, a->out,
                     on_progress, progress, &error);
    found_nothing = ok && progress_found_nothing (progress);
    ok = progress_end (progress, ok ? &error : NULL) && ok;
  }
  if (ok && found_nothing)
    warn_of_nothing (a);
  g_clear_pointer (&corpora, g_ptr_array_unref);
  g_clear_pointer (&dev, g_ptr_array_unref);
  return ok ? command_finish () : command_fail (error);
}

int
command_train (int argc, char **argv)
{
  RnnTrainOptions options;
  const TrainArguments *arguments =
      train_arguments_parse (argc, argv, &options);
  int code = arguments ? train (arguments, &options) : EXIT_USAGE;

  train_arguments_clear ();
  return code;
}
