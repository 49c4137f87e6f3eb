/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must come out of a chain of tokenizer, tagger and annotator, by the core
 * alone: told of all that goes in, it says which texts must have come out. */
#pragma once

#include <rnn/rnn.h>

typedef struct _Oracle Oracle;

Oracle *oracle_new (RnnModel *model);
void oracle_free (Oracle *oracle);

/* A whole text goes in; it has a word at least. */
void oracle_push (Oracle *oracle, const char *text);
/* The text ends here: nothing waits any more. */
void oracle_end (Oracle *oracle);
/* Go back to a<0>, behind the text so far. */
void oracle_reset (Oracle *oracle);
/* What has not come out never will, and a<t> is a<0>. */
void oracle_discard (Oracle *oracle);
/* End the text; from here on it is @model's, from a<0>. */
void oracle_swap (Oracle *oracle, RnnModel *model);

/* The next text that must have come out by now, or NULL. (transfer full) */
char *oracle_pull (Oracle *oracle);
