/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/train-arguments.h"

#include "rnntool/commands.h"
#include "rnntool/train-inputs.h"

#include <rnn/rnn-error.h>
#include <string.h>

static void
arguments_init (TrainArguments *a, const RnnTrainOptions *defaults)
{
  memset (a, 0, sizeof *a);
  a->hidden = (int) defaults->hidden_size;
  a->layers = (int) defaults->n_layers;
  a->words = (int) defaults->n_words;
  a->epochs = (int) defaults->n_epochs;
  a->patience = (int) defaults->patience;
  a->steps = (int) defaults->n_steps;
  a->streams = (int) defaults->n_streams;
  a->rate = defaults->learning_rate;
  a->clip = defaults->clip;
  a->dropout = defaults->dropout;
  a->unknown = defaults->unknown_rate;
  a->lowercase = defaults->lowercase_share;
  a->ends = defaults->known_ends_share;
  a->checkpoint_minutes = defaults->checkpoint_minutes;
  a->seed = (gint64) defaults->seed;
}

/* What the options say; GOption fills it. */
static TrainArguments given;

static const GOptionEntry entries[] = {
  { "train", 't', 0, G_OPTION_ARG_FILENAME_ARRAY, &given.train,
    "labelled text to learn from; may be given again", "FILE" },
  { "dev", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &given.dev,
    "labelled text to choose the best epoch by; may be given again", "FILE" },
  { "out", 'o', 0, G_OPTION_ARG_FILENAME, &given.out, "the model file",
    "FILE" },
  { "from", 0, 0, G_OPTION_ARG_FILENAME, &given.from,
    "model to go on from: its shape, words, features and labels are kept",
    "FILE" },
  { "keep", 0, 0, G_OPTION_ARG_DOUBLE, &given.keep,
    "share of the weights of --from in those that are written [0]", "P" },
  { "cell", 0, 0, G_OPTION_ARG_STRING, &given.cell,
    "elman, gru or lstm [elman]", "CELL" },
  { "activation", 0, 0, G_OPTION_ARG_STRING, &given.activation,
    "tanh or relu, of an elman [tanh]", "NAME" },
  { "hidden", 'n', 0, G_OPTION_ARG_INT, &given.hidden, "n_a [100]", "N" },
  { "layers", 0, 0, G_OPTION_ARG_INT, &given.layers, "stacked layers [1]",
    "N" },
  { "bidirectional", 0, 0, G_OPTION_ARG_NONE, &given.bidirectional,
    "read each window backwards too", NULL },
  { "lookahead", 'k', 0, G_OPTION_ARG_INT, &given.lookahead,
    "words to wait for before tagging one [0]", "K" },
  { "embedding", 'e', 0, G_OPTION_ARG_INT, &given.embedding,
    "n_e of an embedding; 0: one-hot [0]", "N" },
  { "embed-all", 0, 0, G_OPTION_ARG_NONE, &given.embed_all,
    "features go through the embedding too", NULL },
  { "words", 'w', 0, G_OPTION_ARG_INT, &given.words,
    "rows of the dictionary [10000]", "N" },
  { "normalize", 0, 0, G_OPTION_ARG_STRING, &given.normalize,
    "nfc, lowercase, digits, in order", "'STEP STEP'" },
  { "features", 0, 0, G_OPTION_ARG_STRING, &given.features,
    "rows beside a word's own (core/text/README.md)", "LIST" },
  { "entity", 0, 0, G_OPTION_ARG_STRING, &given.entity,
    "one sigmoid for this entity [PER]", "NAME" },
  { "all-tags", 0, 0, G_OPTION_ARG_NONE, &given.all_tags,
    "a softmax over every tag instead", NULL },
  { "score", 0, 0, G_OPTION_ARG_STRING, &given.score,
    "with every tag: entity by whose F1 on --dev the best epoch is chosen, or "
    "all [PER; all where no tag is of PER]",
    "NAME" },
  { "epochs", 0, 0, G_OPTION_ARG_INT, &given.epochs, "at most [12]", "N" },
  { "patience", 0, 0, G_OPTION_ARG_INT, &given.patience,
    "epochs without a better dev score, once one is above 0; 0: no end [4]",
    "N" },
  { "steps", 0, 0, G_OPTION_ARG_INT, &given.steps, "T of a window [32]", "T" },
  { "streams", 0, 0, G_OPTION_ARG_INT, &given.streams,
    "texts read side by side [32]", "B" },
  { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &given.rate, "Adam's step [0.002]",
    "X" },
  { "decay", 0, 0, G_OPTION_ARG_DOUBLE, &given.decay,
    "of matrices, times the step [0]", "X" },
  { "clip", 0, 0, G_OPTION_ARG_DOUBLE, &given.clip,
    "largest norm of the gradient; 0: any [1]", "X" },
  { "dropout", 0, 0, G_OPTION_ARG_DOUBLE, &given.dropout,
    "of each layer's output [0.3]", "P" },
  { "unknown", 0, 0, G_OPTION_ARG_DOUBLE, &given.unknown,
    "alpha: a word seen n times is <UNK> with alpha/(alpha+n) [0.3]", "X" },
  { "lowercase", 0, 0, G_OPTION_ARG_DOUBLE, &given.lowercase,
    "share read as speech recognisers write [0.5]", "P" },
  { "embeddings", 0, 0, G_OPTION_ARG_FILENAME, &given.embeddings,
    "word vectors: text of GloVe or word2vec, or a folder of words.txt, "
    "vec.i8, scale.f32; the words are its first ones",
    "PATH" },
  { "tune-from", 0, 0, G_OPTION_ARG_INT, &given.tune_from,
    "epoch from which word vectors, or those of --from, learn; 0: never [0]",
    "N" },
  { "list", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &given.lists,
    "list of words for list.NAME features, best known first; first and last "
    "are names; may be given again",
    "NAME=FILE" },
  { "weights", 0, 0, G_OPTION_ARG_STRING, &given.weights,
    "times that each --train is read in an epoch; one for all, or for each "
    "[1]",
    "X,X,…" },
  { "input-dropout", 0, 0, G_OPTION_ARG_DOUBLE, &given.input_dropout,
    "of the embedding [0]", "P" },
  { "average", 0, 0, G_OPTION_ARG_DOUBLE, &given.average,
    "keep a running average of the weights, this much of it after a step "
    "[0]",
    "P" },
  { "styles", 0, 0, G_OPTION_ARG_DOUBLE, &given.styles,
    "share of the rest in capitals, lower-case with punctuation, or without "
    "punctuation [0]",
    "P" },
  { "ends", 0, 0, G_OPTION_ARG_DOUBLE, &given.ends,
    "share of the text whose sentences' ends are known [0.5]", "P" },
  { "substitute", 0, 0, G_OPTION_ARG_DOUBLE, &given.substitute,
    "share of the words of names replaced from lists first and last [0]", "P" },
  { "errors", 0, 0, G_OPTION_ARG_DOUBLE, &given.errors,
    "share of words lost or misheard, where text is a recogniser's [0]", "P" },
  { "teacher", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &given.teachers,
    "model with the same labels whose yhat is to be learned; may be given "
    "again: their mean. Words tagged '?' learn from it alone",
    "FILE" },
  { "consistent", 0, 0, G_OPTION_ARG_NONE, &given.consistent,
    "a sentence's labels by the teachers fit each other: no I-PER after O",
    NULL },
  { "trust", 0, 0, G_OPTION_ARG_STRING, &given.trust,
    "in the teachers, beside the labels; one for all, or for each --train "
    "[0.5]",
    "P,P,…" },
  { "store", 0, 0, G_OPTION_ARG_STRING, &given.storage,
    "f32, f16, or int8 for word vectors and f16 for the rest [f32]", "TYPE" },
  { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &given.checkpoint,
    "keep all that a broken-off training needs to go on", "FILE" },
  { "checkpoint-minutes", 0, 0, G_OPTION_ARG_DOUBLE, &given.checkpoint_minutes,
    "write it so often, besides after each epoch [5]", "N" },
  { "resume", 0, 0, G_OPTION_ARG_NONE, &given.resume,
    "go on from the checkpoint, if it is there", NULL },
  { "log", 0, 0, G_OPTION_ARG_FILENAME, &given.log,
    "write a line of figures for each epoch", "FILE.csv" },
  { "seed", 0, 0, G_OPTION_ARG_INT64, &given.seed,
    "the same seed gives the same file [1]", "N" },
  { NULL }
};

static gboolean
parse (int argc, char **argv)
{
  return command_parse ("rnntool train", "--train FILE --out FILE",
                        "Learn a network from labelled text: token<TAB>tag a "
                        "line, a blank line between sentences.\nCtrl-C leaves "
                        "the best model so far.",
                        entries, &argc, &argv, 0);
}

/* None of the numbers but the seed may be negative. */
static gboolean
check_signs (GError **error)
{
  for (const GOptionEntry *entry = entries; entry->long_name; entry++) {
    double value =
        entry->arg == G_OPTION_ARG_INT      ? *(const int *) entry->arg_data
        : entry->arg == G_OPTION_ARG_DOUBLE ? *(const double *) entry->arg_data
                                            : 0;
    if (value >= 0)
      continue;
    g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                 "--%s: expected 0 or more, %g came", entry->long_name, value);
    return FALSE;
  }
  return TRUE;
}

/* What the model of --from says, and cannot be asked for besides. */
static const char *const told[] = { "cell",      "activation",    "hidden",
                                    "layers",    "bidirectional", "lookahead",
                                    "embedding", "embed-all",     "words",
                                    "normalize", "features",      "entity",
                                    "all-tags",  "embeddings",    "list",
                                    NULL };

/* An option of a number that still is this was not given. */
#define NOT_GIVEN G_MININT

static gboolean
is_told_number (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_INT
         && g_strv_contains (told, entry->long_name);
}

/* Before options are parsed: make it plain later which were given. */
static void
forget_told_numbers (void)
{
  for (const GOptionEntry *entry = entries; entry->long_name; entry++)
    if (is_told_number (entry))
      *(int *) entry->arg_data = NOT_GIVEN;
}

static gboolean
is_given (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_INT
             ? *(const int *) entry->arg_data != NOT_GIVEN
         : entry->arg == G_OPTION_ARG_NONE
             ? *(const gboolean *) entry->arg_data
             : *(const char *const *) entry->arg_data != NULL;
}

/* The first option that was given though a model of --from would say it; NULL:
 * none. */
static const char *
find_told (void)
{
  for (const GOptionEntry *entry = entries; entry->long_name; entry++)
    if (g_strv_contains (told, entry->long_name) && is_given (entry))
      return entry->long_name;
  return NULL;
}

/* Afterwards: what was not given is as in @defaults. */
static void
fill_told_numbers (const TrainArguments *defaults)
{
  for (const GOptionEntry *entry = entries; entry->long_name; entry++)
    if (is_told_number (entry) && !is_given (entry)) {
      gsize at = (gsize) ((char *) entry->arg_data - (char *) &given);
      memcpy (entry->arg_data, (const char *) defaults + at, sizeof (int));
    }
}

static gboolean
check_from (GError **error)
{
  if (!given.from || !given.told)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "--%s: expected without --from, whose model says it",
               given.told);
  return FALSE;
}

/* Find @text (NULL: 0) in @names. */
static gboolean
choose (const char *text, const char *const *names, guint *value)
{
  for (*value = 0; text && names[*value]; (*value)++)
    if (strcmp (names[*value], text) == 0)
      return TRUE;
  *value = 0;
  return text == NULL;
}

static gboolean
to_options (const TrainArguments *a, RnnTrainOptions *options,
            const char **wrong)
{
  static const char *const cells[] = { "elman", "gru", "lstm", NULL };
  static const char *const activations[] = { "tanh", "relu", NULL };
  static const char *const storages[] = { "f32", "f16", "int8", NULL };
  guint cell, activation, storage;

  *wrong = !a->train ? "--train: expected a file"
           : !a->out ? "--out: expected a file"
           : !choose (a->cell, cells, &cell)
               ? "--cell: expected elman, gru or lstm"
           : !choose (a->activation, activations, &activation)
               ? "--activation: expected tanh or relu"
           : !choose (a->storage, storages, &storage)
               ? "--store: expected f32, f16 or int8"
           : activation && cell       ? "--activation: expected with elman only"
           : a->all_tags && a->entity ? "--entity: expected without --all-tags"
                                      : NULL;
  if (*wrong)
    return FALSE;
  options->from = a->from;
  options->keep = (float) a->keep;
  options->cell = (RnnCellKind) cell;
  options->activation = (RnnActivation) activation;
  options->hidden_size = (gsize) a->hidden;
  options->n_layers = (gsize) a->layers;
  options->bidirectional = a->bidirectional;
  options->lookahead = (gsize) a->lookahead;
  options->embedding_size = (gsize) a->embedding;
  options->n_words = (gsize) a->words;
  options->normalize = a->normalize;
  options->features = a->features;
  options->entity = a->all_tags ? NULL : a->entity ? a->entity : "PER";
  options->score = a->score;
  options->n_epochs = (gsize) a->epochs;
  options->patience = (gsize) a->patience;
  options->n_steps = (gsize) a->steps;
  options->n_streams = (gsize) a->streams;
  options->learning_rate = (float) a->rate;
  options->decay = (float) a->decay;
  options->clip = (float) a->clip;
  options->dropout = (float) a->dropout;
  options->unknown_rate = (float) a->unknown;
  options->lowercase_share = (float) a->lowercase;
  options->embed_all = a->embed_all;
  options->embeddings = a->embeddings;
  options->tune_from = (gsize) a->tune_from;
  options->lists = a->lists;
  options->input_dropout = (float) a->input_dropout;
  options->average = (float) a->average;
  options->other_styles_share = (float) a->styles;
  options->known_ends_share = (float) a->ends;
  options->substitute_share = (float) a->substitute;
  options->error_rate = (float) a->errors;
  options->teachers = a->teachers;
  options->consistent = a->consistent;
  options->checkpoint = a->checkpoint;
  options->checkpoint_minutes = a->checkpoint_minutes;
  options->resume = a->resume;
  options->storage = (RnnTrainStorage) storage;
  options->seed = (guint64) a->seed;
  return TRUE;
}

/* Read @text (NULL: nothing to do) of --@option into *@numbers. */
static gboolean
read_numbers (const char *option, const char *text, float most, float **numbers,
              GError **error)
{
  if (text)
    *numbers = train_read_numbers (option, text, g_strv_length (given.train),
                                   most, error);
  return !text || *numbers;
}

static gboolean
check_options (RnnTrainOptions *options)
{
  GError *error = NULL;

  if (check_signs (&error) && check_from (&error)
      && train_check_outputs (given.out, given.checkpoint, given.log, &error)
      && read_numbers ("weights", given.weights, 1000, &given.weight_numbers,
                       &error)
      && read_numbers ("trust", given.trust, 1, &given.trust_numbers, &error)
      && _rnn_train_options_check (options, &error)) {
    options->weights = given.weight_numbers;
    options->trusts = given.trust_numbers;
    return TRUE;
  }
  command_misuse ("rnntool train", error->message);
  g_error_free (error);
  return FALSE;
}

const TrainArguments *
train_arguments_parse (int argc, char **argv, RnnTrainOptions *options)
{
  const char *wrong = NULL;
  TrainArguments defaults;

  _rnn_train_options_init (options);
  arguments_init (&given, options);
  defaults = given;
  forget_told_numbers ();
  if (!parse (argc, argv))
    return NULL;
  given.told = find_told ();
  fill_told_numbers (&defaults);
  if (!to_options (&given, options, &wrong)) {
    command_misuse ("rnntool train", wrong);
    return NULL;
  }
  return check_options (options) ? &given : NULL;
}

void
train_arguments_clear (void)
{
  g_strfreev (given.train);
  g_strfreev (given.dev);
  g_free (given.out);
  g_free (given.from);
  g_free (given.cell);
  g_free (given.activation);
  g_free (given.normalize);
  g_free (given.features);
  g_free (given.entity);
  g_free (given.score);
  g_free (given.embeddings);
  g_strfreev (given.lists);
  g_strfreev (given.teachers);
  g_free (given.weights);
  g_free (given.trust);
  g_free (given.weight_numbers);
  g_free (given.trust_numbers);
  g_free (given.storage);
  g_free (given.log);
  g_free (given.checkpoint);
}
