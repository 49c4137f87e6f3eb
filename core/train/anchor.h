/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The weights that a training began with, to be mixed into those it ends with:
 * what a net learned first is not forgotten for what it learns last (Wortsman
 * et al. 2022, Robust fine-tuning of zero-shot models, equation 1). */
#pragma once

#include "train/net.h"

typedef struct {
  RnnNet *net;
  float share;    /* 0 … 1, of the first weights in the mixture */
  float **values; /* [n_all]: the first weights; NULL: never change */
  float **mixed;  /* [n_all]: those in use while the mixture is in the net */
} RnnAnchor;

/* Remember the weights of @net, which must outlive the anchor. @all: those that
 * are frozen too. NULL: no memory. */
RnnAnchor *_rnn_anchor_new (RnnNet *net, float share, gboolean all);
void _rnn_anchor_free (RnnAnchor *anchor);
/* Put the mixture into the net, until _rnn_anchor_restore(). FALSE: no memory,
 * and the net is as before. */
gboolean _rnn_anchor_mix (RnnAnchor *anchor);
void _rnn_anchor_restore (RnnAnchor *anchor);
