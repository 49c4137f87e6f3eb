/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How training goes: a bar on a terminal, a line an epoch elsewhere. */
#pragma once

#include "train/trainer.h"

typedef struct _Progress Progress;

Progress *progress_new (const char *log, gboolean goes_on, GError **error);
void progress_show (Progress *progress, const RnnTrainProgress *now);
/* Whether epochs have ended, and each with F1 0 on the dev files. */
gboolean progress_found_nothing (const Progress *progress);
gboolean progress_end (Progress *progress, GError **error);
