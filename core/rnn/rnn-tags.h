/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From yhat to entities and tagged text.
 *
 * A token's tag is what its row of yhat says; an entity is a run of tokens that
 * belong together: by BIO or BIOES prefixes, or, with plain labels and with one
 * sigmoid, neighbours of the same label above the threshold.
 */
#pragma once

#include <glib.h>
#include <rnn/rnn-model.h>

G_BEGIN_DECLS

/* The names of the outputs, understood. Immutable; any thread. */
typedef struct _RnnLabels RnnLabels;

/* @names: n_y of them; @output tells how rows are read. */
RnnLabels *rnn_labels_new (const char *const *names, gsize n_names,
                           RnnOutputKind output);
RnnLabels *rnn_labels_ref (RnnLabels *labels);
void rnn_labels_unref (RnnLabels *labels);
gsize rnn_labels_get_n_names (const RnnLabels *labels);

/**
 * RnnTag:
 * @entity: the entity's name without prefix, owned by the labels; %NULL: none
 * @prefix: 'B', 'I', 'E', 'S', or 0 where the labels have no prefixes
 * @score: the probability of what was chosen; 0 for "none" of one sigmoid is
 *   still yhat itself, so that a reader sees how close it was
 */
typedef struct {
  const char *entity;
  char prefix;
  float score;
} RnnTag;

/**
 * rnn_labels_read:
 * @row: float[n_y], one row of yhat, caller-owned
 * @threshold: from which probability on a sigmoid, or a class of a softmax
 *   without `O`, counts
 *
 * Read what a row says of its token. Of a softmax with BIO or BIOES labels, of
 * up to 63 entities beside `O`, the entity is the one with the greatest sum
 * over its labels; B (or S) is believed when it has 80 % of that sum, else the
 * token goes on with what is before it, as names side by side are rare.
 * Otherwise it is the label with the greatest value. NaN counts as no entity,
 * score 0. Any thread.
 *
 * Returns: the tag
 */
RnnTag rnn_labels_read (const RnnLabels *labels, const float *row,
                        float threshold);
/* Whether a token tagged @next goes on with the entity that @last is part of.
 */
gboolean rnn_tag_continues (RnnTag last, RnnTag next);

/* Tokens [first_token, end_token) of a text are one entity; @score is the mean
 * of theirs. */
typedef struct {
  const char *entity;
  gsize first_token;
  gsize end_token;
  float score;
} RnnEntity;

/* Join tags to entities. Returns: (transfer full): RnnEntity[n_entities]. */
RnnEntity *rnn_entities_find (const RnnTag *tags, gsize n_tags,
                              gsize *n_entities);

/* What the writers below print: a text, its tokens, their tags, its entities.
 */
typedef struct {
  const char *text; /* valid UTF-8, as the tokenizer gives it; never %NULL */
  gsize n_bytes;
  const RnnToken *tokens;
  const RnnTag *tags;
  const guint64 *token_pts; /* ns a token, or NULL */
  gsize n_tokens;
  const RnnEntity *entities;
  gsize n_entities;
  guint64 pts;      /* ns; G_MAXUINT64: none */
  guint64 duration; /* ns; G_MAXUINT64: none */
  /* The first entity goes on with the one that the text before ended in. */
  gboolean continues;
  gboolean interim; /* a hypothesis, which a later text replaces */
} RnnTaggedText;

/* `[PER Harry Potter] and …`: the text untouched but for the brackets. */
GString *rnn_tagged_text_to_brackets (const RnnTaggedText *tagged);
/* Escaped text, each entity in a <span>: its colour tells the label, its
 * opacity the score. A hypothesis is pale. */
GString *rnn_tagged_text_to_markup (const RnnTaggedText *tagged);
/* One JSON object and a newline; offsets count code points. In addition, an
 * entity that goes on with one of the text before has `"continues":true`, and a
 * hypothesis `"interim":true`. */
GString *rnn_tagged_text_to_json (const RnnTaggedText *tagged);

G_END_DECLS
