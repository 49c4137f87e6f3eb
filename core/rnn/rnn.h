/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything a C program needs to run recurrent nets on streams of tokens.
 *
 * Data flows one way, and each header covers one stretch of it:
 *
 *   bytes -> text -> token indices      rnn-text.h
 *   token indices -> a<t> -> yhat<t>    rnn-model.h, rnn-state.h, rnn-ahead.h
 *   yhat<t> -> tagged text              rnn-tags.h
 */
#pragma once

#include <rnn/rnn-error.h>
#include <rnn/rnn-text.h>
#include <rnn/rnn-model.h>
#include <rnn/rnn-state.h>
#include <rnn/rnn-ahead.h>
#include <rnn/rnn-tags.h>
