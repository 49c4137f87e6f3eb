/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/eval-run.h"
#include "train/net.h"
#include "train/training.h"

#include <rnn/rnn-error.h>

/* Set what the lectures' net was trained with. */
void
_rnn_train_options_init (RnnTrainOptions *options)
{
  *options = (RnnTrainOptions){
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
    .checkpoint_minutes = 5,
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
check_keep (const RnnTrainOptions *options, GError **error)
{
  if (options->keep <= 0 || options->from)
    return TRUE;
  g_set_error_literal (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                       "keep: expected the model to go on from");
  return FALSE;
}

/* The name is to be read back from the model as an entity. A model to go on
 * from brings its own. */
static gboolean
check_entity (const RnnTrainOptions *options, GError **error)
{
  const char *name = options->entity;
  RnnLabels *labels;
  RnnTag *tag;
  gboolean ok;

  if (!name || options->from)
    return TRUE;
  labels = rnn_labels_new (&name, 1, RNN_OUTPUT_SIGMOID);
  tag = _rnn_labels_read_each (labels);
  ok = *name && g_strcmp0 (tag->entity, name) == 0;
  if (!ok)
    g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                 "entity: expected a name as PER, which tags B-PER and I-PER "
                 "are of, '%s' came",
                 name);
  g_free (tag);
  rnn_labels_unref (labels);
  return ok;
}

/* What the model to go on from says of @entity is known when it is read. */
static gboolean
check_score (const RnnTrainOptions *options, GError **error)
{
  if (!options->score || !options->entity || (options->from && !options->start))
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "score: expected with all tags, as %s alone is learned",
               options->entity);
  return FALSE;
}

gboolean
_rnn_train_options_check (const RnnTrainOptions *options, GError **error)
{
  if (options->embeddings && (options->embed_all || options->embedding_size)) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                         "embeddings: expected without a size of embedding or "
                         "features in it: word vectors bring their own");
    return FALSE;
  }
  if (options->resume && !options->checkpoint) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                         "resume: expected the name of a checkpoint");
    return FALSE;
  }
  return check_range ("hidden size", options->hidden_size, 1, 8192, error)
         && check_range ("layers", options->n_layers, 1, RNN_NET_MAX_LAYERS,
                         error)
         && check_range ("look-ahead", options->lookahead, 0, 64, error)
         && check_range ("embedding size", options->embedding_size, 0, 4096,
                         error)
         && check_range ("words", options->n_words, 2, 10000000, error)
         && check_range ("epochs", options->n_epochs, 1, 100000, error)
         && check_range ("steps", options->n_steps, 1, 4096, error)
         && check_range ("streams", options->n_streams, 1, 4096, error)
         && check_share ("learning rate", options->learning_rate, 10, error)
         && check_share ("decay", options->decay, 1, error)
         && check_share ("clip", options->clip, 1e9f, error)
         && check_share ("dropout", options->dropout, 0.95f, error)
         && check_share ("input dropout", options->input_dropout, 0.95f, error)
         && check_share ("average", options->average, 0.999999f, error)
         && check_share ("share to keep", options->keep, 1, error)
         && check_share ("other styles share", options->other_styles_share, 1,
                         error)
         && check_share ("known ends share", options->known_ends_share, 1,
                         error)
         && check_share ("substitute share", options->substitute_share, 1,
                         error)
         && check_share ("error rate", options->error_rate, 1, error)
         && check_share ("unknown rate", options->unknown_rate, 1e6f, error)
         && check_share ("lower-case share", options->lowercase_share, 1, error)
         && check_keep (options, error) && check_entity (options, error)
         && check_score (options, error)
         && _rnn_train_options_check_words (options, error);
}
