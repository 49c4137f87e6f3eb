/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a training needs, read and checked before it begins. */
#pragma once

#include <glib.h>

/* Whether @out, @checkpoint and @log (the last two: NULL: none) are different
 * files: one would take the other's place. Errors: ARGUMENT. */
gboolean train_check_outputs (const char *out, const char *checkpoint,
                              const char *log, GError **error);
/* Whether a tag of @corpora, RnnCorpus, is of @entity. Errors: DATA. */
gboolean train_check_entity (const char *entity, const GPtrArray *corpora,
                             GError **error);
/* Read "1,0.5,…" of --@option, numbers of 0 … @most, as one for each of @n
 * corpora: as many, or one for all. Free it. Errors: ARGUMENT. */
float *train_read_numbers (const char *option, const char *text, gsize n,
                           float most, GError **error);
/* Read @paths (NULL: none) as RnnCorpus. Errors: as _rnn_corpus_read(). */
GPtrArray *train_read_corpora (char **paths, GError **error);
