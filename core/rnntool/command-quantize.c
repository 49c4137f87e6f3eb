/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model file in, a smaller one out. */
#include "model/quantize.h"
#include "rnntool/commands.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  char *model, *out, *type;
} Arguments;

static gboolean
find_type (const char *type, RnnDtype *dtype)
{
  if (!type || strcmp (type, "int8") == 0)
    *dtype = RNN_DTYPE_I8;
  else if (strcmp (type, "bf16") == 0)
    *dtype = RNN_DTYPE_BF16;
  else
    return FALSE;
  return TRUE;
}

static double
megabytes (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 ? (double) info.st_size / 1e6 : 0;
}

static int
run (const Arguments *a)
{
  GError *error = NULL;
  RnnDtype dtype;
  double before;

  if (!a->model)
    return command_misuse ("rnntool quantize", "--model: expected a file");
  if (!a->out)
    return command_misuse ("rnntool quantize", "--out: expected a file");
  if (!find_type (a->type, &dtype))
    return command_misuse ("rnntool quantize", "--type: expected int8 or bf16");
  before = megabytes (a->model);
  if (!_rnn_model_quantize (a->model, a->out, dtype, &error))
    return command_fail (error);
  printf ("%s: %.1f MB, %s: %.1f MB\n", a->model, before, a->out,
          megabytes (a->out));
  return command_finish ();
}

int
command_quantize (int argc, char **argv)
{
  Arguments a = { NULL };
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &a.model, "the model", "FILE" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &a.out, "the file to write",
      "FILE" },
    { "type", 't', 0, G_OPTION_ARG_STRING, &a.type,
      "int8, with a scale a row, or bf16 [int8]", "TYPE" },
    { NULL }
  };
  int code = EXIT_USAGE;

  if (command_parse ("rnntool quantize", "--model FILE --out FILE",
                     "Store a model's matrices in fewer bits. `rnntool eval` "
                     "of both says what it costs.",
                     entries, &argc, &argv, 0))
    code = run (&a);
  g_free (a.model);
  g_free (a.out);
  g_free (a.type);
  return code;
}
