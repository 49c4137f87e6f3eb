/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loads model files in a thread of its own, for elements that play. */
#pragma once

#include "gstrnnfilter.h"

#include <rnn/rnn.h>

G_BEGIN_DECLS

typedef struct _GstRnnLoader GstRnnLoader;

/* Can @filter use @model? If not, FALSE with an error set. On the loader's
 * thread. */
typedef gboolean (*GstRnnLoaderCheck) (GstRnnFilter *filter, RnnModel *model,
                                       const char *file, GError **error);
/* Is @model one of those that are looked for? */
typedef gboolean (*GstRnnLoaderFits) (const RnnModel *model,
                                      gconstpointer data);

/* The value of a property `model-file`. @filter, which must outlive it, is who
 * posts: progress of type `model-file`, and a warning for a file that it cannot
 * use while it plays. */
GstRnnLoader *gst_rnn_loader_new (GstRnnFilter *filter,
                                  GstRnnLoaderCheck check);
void gst_rnn_loader_free (GstRnnLoader *loader);

/* Load the file at hand; from now on others are loaded in the thread. Returns:
 * (transfer full) (nullable): the model. */
RnnModel *gst_rnn_loader_start (GstRnnLoader *loader, GError **error);
/* Wait for a load under way. What was loaded and not taken is the file at hand
 * for the next start. */
void gst_rnn_loader_stop (GstRnnLoader *loader);

/* Change the file at hand, or load @file (nullable) once we run. Any thread. */
void gst_rnn_loader_set_file (GstRnnLoader *loader, const char *file);
/* The file at hand, that of the model in use: a copy, any thread. */
char *gst_rnn_loader_dup_file (GstRnnLoader *loader);
/* The same, the loader's own, for who starts it and takes from it. */
const char *gst_rnn_loader_get_file (const GstRnnLoader *loader);

/* Whether there is anything to take; cheap. Any thread. */
gboolean gst_rnn_loader_has_models (GstRnnLoader *loader);
/* Take the model that was loaded last of those that @fits (nullable: any), and
 * drop those before it. @wait: for loads under way, as long as none does.
 * Its file is the one at hand then. Returns: (transfer full) (nullable). */
RnnModel *gst_rnn_loader_take (GstRnnLoader *loader, GstRnnLoaderFits fits,
                               gconstpointer data, gboolean wait);

G_END_DECLS
