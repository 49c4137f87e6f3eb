/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of ONNX Runtime's C interface that the benchmark calls. The library
 * hands out one table of functions, whose places never change; what is not
 * called here is left out by number. */
#pragma once

#include <glib.h>

typedef struct _OrtStatus OrtStatus; /* NULL: done */
typedef struct _OrtEnv OrtEnv;
typedef struct _OrtSession OrtSession;
typedef struct _OrtSessionOptions OrtSessionOptions;
typedef struct _OrtMemoryInfo OrtMemoryInfo;
typedef struct _OrtValue OrtValue;

enum { ORT_LOG_ERROR = 3, ORT_OPTIMIZE_ALL = 99, ORT_ARENA = 1 };
#define ORT_VERSION 11 /* of the table: the oldest that has all of these */

typedef struct {
  gpointer before_2[2];
  const char *(*get_error_message) (const OrtStatus *status);
  OrtStatus *(*create_env) (int log_level, const char *name, OrtEnv **env);
  gpointer before_8[4];
  OrtStatus *(*create_session_from_array) (OrtEnv *env, gconstpointer bytes,
                                           gsize n_bytes,
                                           const OrtSessionOptions *options,
                                           OrtSession **session);
  OrtStatus *(*run) (OrtSession *session, gconstpointer options,
                     const char *const *input_names,
                     const OrtValue *const *inputs, gsize n_inputs,
                     const char *const *output_names, gsize n_outputs,
                     OrtValue **outputs);
  OrtStatus *(*create_session_options) (OrtSessionOptions **options);
  gpointer before_23[12];
  OrtStatus *(*set_optimization) (OrtSessionOptions *options, int level);
  OrtStatus *(*set_threads) (OrtSessionOptions *options, int n);
  gpointer before_49[24];
  OrtStatus *(*create_tensor) (const OrtMemoryInfo *info, gpointer data,
                               gsize n_bytes, const gint64 *shape, gsize n_dims,
                               int type, OrtValue **value);
  gpointer before_69[19];
  OrtStatus *(*create_cpu_memory_info) (int allocator, int memory,
                                        OrtMemoryInfo **info);
  gpointer before_95[25];
  void (*release_session) (OrtSession *session);
  void (*release_value) (OrtValue *value);
  gpointer before_100[3];
  void (*release_session_options) (OrtSessionOptions *options);
} OrtApi;

typedef struct {
  const OrtApi *(*get_api) (guint32 version);
  const char *(*get_version) (void);
} OrtApiBase;
