/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bench's network as a file, for those that read one. */
#pragma once

#include "rival.h"

void bench_write_net (const RnnModel *model, const char *path);
