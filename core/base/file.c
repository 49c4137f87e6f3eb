/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"
#include "base/checked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than this in one call fails on some systems. */
#define MAX_CALL ((gsize) 1 << 30)

gboolean
_rnn_file_fail (GError **error, RnnError code, const char *path,
                const char *what)
{
  int number = errno;
  g_set_error (error, RNN_ERROR, code, "%s: %s: %s", path, what,
               g_strerror (number));
  return FALSE;
}

static gboolean
open_regular (const char *path, gsize max, int *fd, struct stat *info,
              GError **error)
{
  /* Non-blocking: opening a FIFO must not hang. */
  *fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (*fd < 0)
    return _rnn_file_fail (error,
                           errno == ENOENT || errno == ENOTDIR
                               ? RNN_ERROR_NOT_FOUND
                               : RNN_ERROR_OPEN,
                           path, "cannot open");
  if (fstat (*fd, info) < 0)
    return _rnn_file_fail (error, RNN_ERROR_OPEN, path, "cannot stat");
  if (!S_ISREG (info->st_mode)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_OPEN,
                 "%s: expected a regular file, got %s", path,
                 S_ISDIR (info->st_mode) ? "a folder" : "something else");
    return FALSE;
  }
  if ((guint64) info->st_size > max) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_LIMIT,
                 "%s: expected at most %" G_GSIZE_FORMAT
                 " bytes, got %" G_GINT64_FORMAT,
                 path, max, (gint64) info->st_size);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_all (int fd, const char *path, guint8 *bytes, gsize n, GError **error)
{
  for (gsize done = 0; done < n;) {
    gssize got = read (fd, bytes + done, MIN (n - done, MAX_CALL));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return _rnn_file_fail (error, RNN_ERROR_READ, path, "cannot read");
    if (got == 0) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_READ,
                   "%s: expected %" G_GSIZE_FORMAT
                   " bytes, got %" G_GSIZE_FORMAT
                   ": the file shrank while it was read",
                   path, n, done);
      return FALSE;
    }
    done += (gsize) got;
  }
  return TRUE;
}

static gboolean
check_unchanged (int fd, const char *path, const struct stat *before,
                 GError **error)
{
  struct stat now;
  if (fstat (fd, &now) < 0)
    return _rnn_file_fail (error, RNN_ERROR_READ, path, "cannot stat");
  if (now.st_size == before->st_size
      && now.st_mtim.tv_sec == before->st_mtim.tv_sec
      && now.st_mtim.tv_nsec == before->st_mtim.tv_nsec)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_READ,
               "%s: expected a file at rest, but it changed while it was read",
               path);
  return FALSE;
}

/* Read all of the regular file @path, of at most @max bytes, into new memory
 * *@bytes, uint8[*@n], 64-byte aligned and followed by a NUL; free it with
 * _rnn_free(). Errors: NOT_FOUND, OPEN, READ, LIMIT, NO_MEMORY. */
gboolean
_rnn_file_read (const char *path, gsize max, guint8 **bytes, gsize *n,
                GError **error)
{
  struct stat info = { 0 };
  int fd = -1;
  guint8 *memory = NULL;
  gboolean ok =
      open_regular (path, MIN (max, G_MAXSSIZE - 1), &fd, &info, error);
  if (ok) {
    memory = _rnn_try_alloc_unset ((gsize) info.st_size + 1, 1);
    if (memory)
      memory[info.st_size] = '\0';
    else
      g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                   "%s: no memory for its %" G_GINT64_FORMAT " bytes", path,
                   (gint64) info.st_size);
    ok = memory != NULL
         && read_all (fd, path, memory, (gsize) info.st_size, error)
         && check_unchanged (fd, path, &info, error);
  }
  if (fd >= 0)
    close (fd);
  if (!ok) {
    _rnn_free (memory);
    return FALSE;
  }
  *bytes = memory;
  *n = (gsize) info.st_size;
  return TRUE;
}

static gboolean
write_chunks (int fd, const char *path, const RnnChunk *chunks, gsize n_chunks,
              GError **error)
{
  for (gsize i = 0; i < n_chunks; i++) {
    const guint8 *data = chunks[i].data;
    for (gsize done = 0; done < chunks[i].n_bytes;) {
      gssize put =
          write (fd, data + done, MIN (chunks[i].n_bytes - done, MAX_CALL));
      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        return _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot write");
      done += (gsize) put;
    }
  }
  return TRUE;
}

/* The new file gets the mode of the one it replaces; else umask decided. */
static gboolean
set_mode (int fd, const char *path, GError **error)
{
  struct stat old;
  if (stat (path, &old) == 0 && fchmod (fd, old.st_mode & 0777) < 0)
    return _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot set the mode");
  return TRUE;
}

static gboolean
sync_folder (const char *path, GError **error)
{
  char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = TRUE;
  /* Some file systems cannot sync a folder; the new file is in place then. */
  if (fd >= 0 && fsync (fd) < 0 && errno == EIO)
    ok =
        _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot sync its folder");
  if (fd >= 0)
    close (fd);
  g_free (folder);
  return ok;
}

/* Write beside @path, and rename; messages call it @name. */
static gboolean
replace (const char *path, const char *name, const RnnChunk *chunks,
         gsize n_chunks, GError **error)
{
  char *temp = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (temp, O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0) {
    _rnn_file_fail (error, RNN_ERROR_WRITE, name,
                    "cannot make a file beside it");
    g_free (temp);
    return FALSE;
  }
  gboolean ok = write_chunks (fd, name, chunks, n_chunks, error)
                && set_mode (fd, path, error);
  if (ok && fsync (fd) < 0)
    ok = _rnn_file_fail (error, RNN_ERROR_WRITE, name, "cannot sync");
  if (close (fd) < 0 && ok)
    ok = _rnn_file_fail (error, RNN_ERROR_WRITE, name, "cannot close");
  if (ok && rename (temp, path) < 0)
    ok = _rnn_file_fail (error, RNN_ERROR_WRITE, name, "cannot rename onto it");
  if (!ok)
    unlink (temp);
  else
    ok = sync_folder (path, error);
  g_free (temp);
  return ok;
}

static gboolean
write_device (const char *path, const RnnChunk *chunks, gsize n_chunks,
              GError **error)
{
  int fd = open (path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  gboolean ok;

  if (fd < 0)
    return _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot open");
  ok = write_chunks (fd, path, chunks, n_chunks, error);
  if (close (fd) < 0 && ok)
    ok = _rnn_file_fail (error, RNN_ERROR_WRITE, path, "cannot close");
  return ok;
}

/* Write @chunks, RnnChunk[@n_chunks], one after the other as the file @path:
 * other readers see the old file or the new one, whole. On failure (WRITE) the
 * old file is as it was and nothing else is left. A symbolic link stays: the
 * file that it names is written. A character device gets the bytes; folders and
 * other special files are refused. */
gboolean
_rnn_file_write_atomic (const char *path, const RnnChunk *chunks,
                        gsize n_chunks, GError **error)
{
  char *target;
  gboolean ok;

  if (!_rnn_file_find_target (path, &target, error))
    return FALSE;
  ok = target ? replace (target, path, chunks, n_chunks, error)
              : write_device (path, chunks, n_chunks, error);
  g_free (target);
  return ok;
}
