/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PyTorch in a Python of its own, rival-torch.py: told over a pipe how often to
 * call, it answers with its own time. RNN_BENCH_TORCH is the Python to run it
 * with; without it this rival is not here. */
#include "net-file.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  BenchCase bench;
  GSubprocess *process;
  GOutputStream *to;
  GDataInputStream *from;
  char *folder;
} Torch;

static void
write_net (const Torch *torch, const RnnModel *model)
{
  char *path = g_build_filename (torch->folder, "net.safetensors", NULL);

  bench_write_net (model, path);
  g_free (path);
}

static char *
ask (Torch *torch, const char *line)
{
  GError *error = NULL;
  char *answer;

  g_output_stream_write_all (torch->to, line, strlen (line), NULL, NULL,
                             &error);
  g_assert_no_error (error);
  answer = g_data_input_stream_read_line (torch->from, NULL, NULL, &error);
  g_assert_no_error (error);
  if (!answer)
    g_error ("rival-torch.py went away");
  return answer;
}

static gpointer
open_torch (const BenchCase *bench, RnnModel *model)
{
  const char *python = g_getenv ("RNN_BENCH_TORCH");
  char streams[24], tokens[24];
  GError *error = NULL;
  Torch *torch;

  if (!python)
    return NULL;
  g_snprintf (streams, sizeof streams, "%zu", bench->n_streams);
  g_snprintf (tokens, sizeof tokens, "%zu", bench->n_tokens);
  torch = g_new (Torch, 1);
  torch->bench = *bench;
  torch->folder = g_dir_make_tmp ("bench-XXXXXX", &error);
  g_assert_no_error (error);
  write_net (torch, model);
  torch->process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
      python, BENCH_FOLDER "/rival-torch.py", torch->folder, streams, tokens,
      NULL);
  g_assert_no_error (error);
  torch->to = g_subprocess_get_stdin_pipe (torch->process);
  torch->from =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (torch->process));
  return torch;
}

/* From a<0>, each time: the comparison wants no more. */
static void
run_torch (gpointer rival, const gint32 *tokens, float *yhat)
{
  Torch *torch = rival;
  gsize n = torch->bench.n_streams * torch->bench.n_tokens, n_bytes;
  char *in = g_build_filename (torch->folder, "tokens", NULL);
  char *out = g_build_filename (torch->folder, "yhat", NULL);
  char *bytes;
  GError *error = NULL;

  g_file_set_contents (in, (const char *) tokens, (gssize) (n * sizeof *tokens),
                       &error);
  g_assert_no_error (error);
  g_free (ask (torch, "yhat\n"));
  g_file_get_contents (out, &bytes, &n_bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_bytes, ==, n * BENCH_OUTPUTS * sizeof *yhat);
  memcpy (yhat, bytes, n_bytes);
  g_free (bytes);
  g_free (in);
  g_free (out);
}

static double
time_torch (gpointer rival, gsize n)
{
  char *line = g_strdup_printf ("run %zu\n", n);
  char *answer = ask (rival, line);
  double ns = g_ascii_strtod (answer, NULL);

  g_free (line);
  g_free (answer);
  return ns;
}

static void
close_torch (gpointer rival)
{
  static const char *const files[] = { "net.safetensors", "tokens", "yhat" };
  Torch *torch = rival;

  g_output_stream_close (torch->to, NULL, NULL);
  g_subprocess_wait (torch->process, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    char *path = g_build_filename (torch->folder, files[i], NULL);
    remove (path);
    g_free (path);
  }
  remove (torch->folder);
  g_object_unref (torch->from);
  g_object_unref (torch->process);
  g_free (torch->folder);
  g_free (torch);
}

const BenchRival bench_rival_torch = { "pytorch",   open_torch, run_torch,
                                       close_torch, time_torch, 1e-3f };
