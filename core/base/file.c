/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"

#include "base/checked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (GError **error, RnnError code, const char *path, const char *what)
{
  g_set_error (error, RNN_ERROR, code, "%s: %s: %s", path, what,
               g_strerror (errno));
  return FALSE;
}

int
_rnn_file_open (const char *path, gsize *n_bytes, GError **error)
{
  struct stat info;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (fd < 0) {
    fail (error, errno == ENOENT ? RNN_ERROR_NOT_FOUND : RNN_ERROR_OPEN, path,
          "cannot open");
    return -1;
  }
  if (fstat (fd, &info) != 0) {
    fail (error, RNN_ERROR_READ, path, "cannot stat");
    close (fd);
    return -1;
  }
  if (!S_ISREG (info.st_mode)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_OPEN,
                 "%s: not a regular file", path);
    close (fd);
    return -1;
  }
  *n_bytes = (gsize) info.st_size;
  return fd;
}

gboolean
_rnn_file_read_at (int fd, const char *path, guint64 offset, gpointer out,
                   gsize n_bytes, GError **error)
{
  gsize done = 0;

  while (done < n_bytes) {
    ssize_t got = pread (fd, (guint8 *) out + done, n_bytes - done,
                         (off_t) (offset + done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return fail (error, RNN_ERROR_READ, path, "cannot read");
    if (got == 0) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_READ,
                   "%s: ended at byte %" G_GUINT64_FORMAT
                   " while it was read", path, offset + done);
      return FALSE;
    }
    done += (gsize) got;
  }
  return TRUE;
}

/* Whether the file behind @fd is still as @before: nobody wrote to it. */
static gboolean
is_unchanged (int fd, const struct stat *before)
{
  struct stat now;

  return fstat (fd, &now) == 0 && now.st_size == before->st_size
         && now.st_mtim.tv_sec == before->st_mtim.tv_sec
         && now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

static gboolean
read_all (int fd, const char *path, gsize size, guint8 **bytes, GError **error)
{
  struct stat before;
  guint8 *memory = _rnn_try_alloc (size, 1);

  if (memory == NULL) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: no memory for %" G_GSIZE_FORMAT " bytes", path, size);
    return FALSE;
  }
  if (fstat (fd, &before) != 0) {
    _rnn_free (memory);
    return fail (error, RNN_ERROR_READ, path, "cannot stat");
  }
  if (!_rnn_file_read_at (fd, path, 0, memory, size, error)) {
    _rnn_free (memory);
    return FALSE;
  }
  if (!is_unchanged (fd, &before) || (gsize) before.st_size != size) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_READ,
                 "%s: changed while it was read", path);
    _rnn_free (memory);
    return FALSE;
  }
  *bytes = memory;
  return TRUE;
}

gboolean
_rnn_file_read (const char *path, gsize max, guint8 **bytes, gsize *n_bytes,
                GError **error)
{
  gsize size = 0;
  gboolean done = FALSE;
  int fd = _rnn_file_open (path, &size, error);

  if (fd < 0)
    return FALSE;
  if (size > max)
    g_set_error (error, RNN_ERROR, RNN_ERROR_LIMIT,
                 "%s: %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT
                 " are read", path, size, max);
  else
    done = read_all (fd, path, size, bytes, error);
  close (fd);
  if (done)
    *n_bytes = size;
  return done;
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize n_bytes)
{
  while (n_bytes > 0) {
    ssize_t put = write (fd, bytes, n_bytes);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return FALSE;
    bytes += put;
    n_bytes -= (gsize) put;
  }
  return TRUE;
}

/* A rename is on disk only once its folder is. */
static void
sync_folder (const char *path)
{
  char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0) {
    (void) fsync (fd);
    close (fd);
  }
  g_free (folder);
}

gboolean
_rnn_file_write_atomic (const char *path, gconstpointer bytes, gsize n_bytes,
                        GError **error)
{
  char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0644);
  gboolean done;

  if (fd < 0) {
    fail (error, RNN_ERROR_WRITE, path, "cannot create");
    g_free (temporary);
    return FALSE;
  }
  done = write_all (fd, bytes, n_bytes) && fsync (fd) == 0;
  /* A full disk may only be reported by close(). */
  if (close (fd) != 0)
    done = FALSE;
  if (!done || rename (temporary, path) != 0) {
    done = fail (error, RNN_ERROR_WRITE, path, "cannot write");
    unlink (temporary);
  } else {
    sync_folder (path);
  }
  g_free (temporary);
  return done;
}
