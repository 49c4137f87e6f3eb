/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a model makes its lexicon. */
#pragma once

#include <rnn/rnn-text.h>

RnnLexicon *_rnn_lexicon_new (const guint8 *vocab, gsize n_bytes,
                              const char *normalize, const char *features,
                              gint32 unk, GError **error);
void _rnn_lexicon_free (RnnLexicon *lexicon);
gint32 _rnn_lexicon_get_unk (const RnnLexicon *lexicon);
gsize _rnn_lexicon_get_n_words (const RnnLexicon *lexicon);
