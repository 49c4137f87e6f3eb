/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/commands.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  int (*run) (int argc, char **argv);
  const char *what;
} commands[] = {
  { "train", command_train, "learn a network from labelled text" },
  { "eval", command_eval, "measure a model on labelled text" },
  { "plot", command_plot, "draw the log of a training" },
  { "tag", command_tag, "tag text" },
  { "quantize", command_quantize, "store a model in fewer bits" },
  { "info", command_info, "say what a model file holds" },
  { "bench", command_bench, "say what a token costs here" },
};

static void
usage (FILE *out)
{
  fputs ("Usage: rnntool COMMAND [OPTION…]\n\n", out);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (out, "  %-10s%s\n", commands[i].name, commands[i].what);
  fputs ("\n`rnntool COMMAND --help` has a command's options.\n", out);
}

static GOptionContext *
new_context (const char *arguments, const char *summary,
             const GOptionEntry *entries)
{
  GOptionContext *context = g_option_context_new (arguments);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, summary);
  return context;
}

/* GOption would print it and exit 0 whether or not it could be written. */
static void
show_help (GOptionContext *context)
{
  char *text = g_option_context_get_help (context, TRUE, NULL);

  fputs (text, stdout);
  g_free (text);
  g_option_context_free (context);
  exit (command_finish ());
}

gboolean
command_parse (const char *name, const char *arguments, const char *summary,
               const GOptionEntry *entries, int *argc, char ***argv, int max)
{
  GOptionContext *context = new_context (arguments, summary, entries);
  gboolean wants_help = FALSE;
  const GOptionEntry help[] = { { "help", 'h', G_OPTION_FLAG_HIDDEN,
                                  G_OPTION_ARG_NONE, &wants_help, NULL, NULL },
                                { NULL } };
  GError *error = NULL;
  gboolean ok;

  g_option_context_add_main_entries (context, help, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_set_prgname (name);
  ok = g_option_context_parse (context, argc, argv, &error);
  g_option_context_free (context);
  if (ok && wants_help)
    show_help (new_context (arguments, summary, entries));
  if (!ok) {
    command_misuse (name, error->message);
    g_error_free (error);
  } else if (*argc > max + 1) {
    command_misuse (name, "too many arguments");
    ok = FALSE;
  }
  return ok;
}

int
command_fail (GError *error)
{
  g_printerr ("%s: %s\n", g_get_prgname (), error ? error->message : "failed");
  g_clear_error (&error);
  return EXIT_FAILED;
}

int
command_misuse (const char *name, const char *what)
{
  g_printerr ("%s: %s; see `%s --help`\n", name, what, name);
  return EXIT_USAGE;
}

int
command_finish (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return EXIT_DONE;
  g_printerr ("%s: stdout: cannot write\n", g_get_prgname ());
  return EXIT_FAILED;
}

/* The user's letters in messages, but not in lower case: in Turkish GLib makes
 * another one of "I", and so another model of the same text. */
static void
set_locale (void)
{
  setlocale (LC_CTYPE, "");
  if (g_get_charset (NULL))
    setlocale (LC_CTYPE, "C.UTF-8");
}

int
main (int argc, char **argv)
{
  set_locale ();
  g_set_prgname ("rnntool");
  signal (SIGPIPE, SIG_IGN);
  if (argc < 2) {
    usage (stderr);
    return EXIT_USAGE;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0) {
    usage (stdout);
    return command_finish ();
  }
  if (strcmp (argv[1], "--version") == 0) {
    puts ("rnntool " VERSION);
    return command_finish ();
  }
  if (strcmp (argv[1], "train") == 0)
    command_same_blas (argv);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return commands[i].run (argc - 1, argv + 1);
  g_printerr ("rnntool: no command '%s'; see `rnntool --help`\n", argv[1]);
  return EXIT_USAGE;
}
