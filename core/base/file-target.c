/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a name says of the file that is to be written there. */
#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many as Linux follows. */
#define MAX_LINKS 40

static gboolean
refuse (GError **error, const char *path, const char *came)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_WRITE,
               "%s: cannot write: expected a regular file, got %s", path, came);
  return FALSE;
}

/* What @path's last name stands for once no symbolic link is left; NULL: there
 * are too many. It need not be there: realpath() would want it to be. */
static char *
follow (const char *path)
{
  char *at = g_strdup (path);

  for (int i = 0; i <= MAX_LINKS; i++) {
    char *to = g_file_read_link (at, NULL), *folder, *next;
    if (!to)
      return at;
    folder = g_path_get_dirname (at);
    next = g_path_is_absolute (to) ? g_strdup (to)
                                   : g_build_filename (folder, to, NULL);
    g_free (folder);
    g_free (to);
    g_free (at);
    at = next;
  }
  g_free (at);
  errno = ELOOP;
  return NULL;
}

/* Find what is to be written as @path: *@target, a new string, is the name of a
 * regular file, or of none yet, behind all symbolic links; NULL: @path is a
 * character device, into which bytes go as they are. Errors: WRITE. */
gboolean
_rnn_file_find_target (const char *path, char **target, GError **error)
{
  struct stat info;
  gboolean exists = stat (path, &info) == 0;
  char *name;

  if (!*path) {
    errno = ENOENT;
    return _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot write");
  }
  if (!exists && errno != ENOENT)
    return _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot write");
  if (exists && S_ISCHR (info.st_mode)) {
    *target = NULL;
    return TRUE;
  }
  if (exists && !S_ISREG (info.st_mode))
    return refuse (error, path,
                   S_ISDIR (info.st_mode)    ? "a folder"
                   : S_ISFIFO (info.st_mode) ? "a FIFO"
                                             : "something else");
  name = follow (path);
  if (!name)
    return _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot write");
  /* Links of /proc tell names that need not be. That it is another file than
   * a moment ago means only that somebody else writes it too. */
  if (exists && access (name, F_OK) < 0) {
    g_free (name);
    return refuse (error, path, "a link to none");
  }
  *target = name;
  return TRUE;
}

/* Check that _rnn_file_write_atomic() may write @path, as far as that can be
 * known before: what is only written after hours should not fail then. Errors:
 * WRITE. */
gboolean
_rnn_file_check_target (const char *path, GError **error)
{
  char *target, *folder;
  gboolean ok;

  if (!_rnn_file_find_target (path, &target, error))
    return FALSE;
  folder = target ? g_path_get_dirname (target) : NULL;
  ok = target ? access (folder, W_OK | X_OK) == 0 : access (path, W_OK) == 0;
  if (!ok)
    _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot write");
  g_free (folder);
  g_free (target);
  return ok;
}

/* Whether what is written as @a and as @b is one file, however it is spelled.
 * Hard links are two: one is replaced, the other stays. */
gboolean
_rnn_file_is_same_target (const char *a, const char *b)
{
  const char *paths[] = { a, b };
  char *targets[2] = { NULL }, *names[2] = { NULL };
  struct stat folders[2];
  gboolean is_same = TRUE;

  for (int i = 0; i < 2; i++) {
    char *folder;
    if (!_rnn_file_find_target (paths[i], &targets[i], NULL) || !targets[i]) {
      is_same = FALSE;
      continue;
    }
    folder = g_path_get_dirname (targets[i]);
    names[i] = g_path_get_basename (targets[i]);
    is_same = is_same && stat (folder, &folders[i]) == 0;
    g_free (folder);
  }
  is_same = is_same && strcmp (names[0], names[1]) == 0
            && folders[0].st_dev == folders[1].st_dev
            && folders[0].st_ino == folders[1].st_ino;
  for (int i = 0; i < 2; i++) {
    g_free (targets[i]);
    g_free (names[i]);
  }
  return is_same;
}
