/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tells the thread sanitizer of what GLib and GStreamer order: their own code
 * is not built for it, so that it would see neither who holds a GMutex nor what
 * a bus or a queue hands from thread to thread. Loaded before both, see
 * sanitize.sh. */
#include <dlfcn.h>
#include <gst/gst.h>

/* NULL in a program that is not built for the sanitizer. */
#pragma weak __tsan_acquire
#pragma weak __tsan_release
void __tsan_acquire (void *address);
void __tsan_release (void *address);

static void
acquire (gconstpointer what)
{
  if (__tsan_acquire)
    __tsan_acquire ((void *) what);
}

static void
release (gconstpointer what)
{
  if (__tsan_release)
    __tsan_release ((void *) what);
}

/* The next function of the name. */
#define NEXT(name)                                                             \
  static __typeof__ (&name) next;                                              \
  if (!next)                                                                   \
  next = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name)

/* What takes @what, and what gives it. */
#define LOCK(name, Type)                                                       \
  void name (Type *what)                                                       \
  {                                                                            \
    NEXT (name);                                                               \
    next (what);                                                               \
    acquire (what);                                                            \
  }
#define TRY_LOCK(name, Type)                                                   \
  gboolean name (Type *what)                                                   \
  {                                                                            \
    NEXT (name);                                                               \
    gboolean ok = next (what);                                                 \
    if (ok)                                                                    \
      acquire (what);                                                          \
    return ok;                                                                 \
  }
#define UNLOCK(name, Type)                                                     \
  void name (Type *what)                                                       \
  {                                                                            \
    NEXT (name);                                                               \
    release (what);                                                            \
    next (what);                                                               \
  }

LOCK (g_mutex_lock, GMutex)
TRY_LOCK (g_mutex_trylock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  NEXT (g_cond_wait);
  release (mutex);
  next (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 until)
{
  NEXT (g_cond_wait_until);
  release (mutex);
  gboolean ok = next (cond, mutex, until);
  acquire (mutex);
  return ok;
}

#undef g_once_init_enter
gboolean
g_once_init_enter (volatile void *location)
{
  NEXT (g_once_init_enter);
  gboolean is_first = next (location);
  acquire ((gconstpointer) location);
  return is_first;
}

#undef g_once_init_leave
void
g_once_init_leave (volatile void *location, gsize result)
{
  NEXT (g_once_init_leave);
  release ((gconstpointer) location);
  next (location, result);
}

/* Whoever drops the last reference comes after all others. */
#define UNREF(name, Type)                                                      \
  void name (Type *what)                                                       \
  {                                                                            \
    NEXT (name);                                                               \
    release (what);                                                            \
    acquire (what);                                                            \
    next (what);                                                               \
  }

#undef g_object_unref
UNREF (g_object_unref, void)
UNREF (gst_object_unref, void)
UNREF (gst_mini_object_unref, GstMiniObject)
UNREF (g_bytes_unref, GBytes)

/* Within GStreamer the last one is dropped without these calls; what is given
 * back then has the object's address. */
#undef g_free
void
g_free (void *memory)
{
  NEXT (g_free);
  acquire (memory);
  next (memory);
}

void
g_slice_free1 (gsize n_bytes, void *memory)
{
  NEXT (g_slice_free1);
  acquire (memory);
  next (n_bytes, memory);
}

gboolean
gst_bus_post (GstBus *bus, GstMessage *message)
{
  NEXT (gst_bus_post);
  release (bus);
  return next (bus, message);
}

GstMessage *
gst_bus_timed_pop_filtered (GstBus *bus, GstClockTime timeout,
                            GstMessageType types)
{
  NEXT (gst_bus_timed_pop_filtered);
  GstMessage *message = next (bus, timeout, types);
  acquire (bus);
  return message;
}

void
g_async_queue_push (GAsyncQueue *queue, void *data)
{
  NEXT (g_async_queue_push);
  release (queue);
  next (queue, data);
}

void *
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  NEXT (g_async_queue_timeout_pop);
  void *data = next (queue, timeout);
  acquire (queue);
  return data;
}

#define POP(name)                                                              \
  void *name (GAsyncQueue *queue)                                              \
  {                                                                            \
    NEXT (name);                                                               \
    void *data = next (queue);                                                 \
    acquire (queue);                                                           \
    return data;                                                               \
  }

POP (g_async_queue_pop)
POP (g_async_queue_try_pop)

/* What a thread of a pool is given to do. */
typedef struct {
  GFunc func;
  void *data;
} Work;

static void
do_work (void *item, void *data)
{
  Work *work = data;

  acquire (work);
  work->func (item, work->data);
}

GThreadPool *
g_thread_pool_new (GFunc func, void *data, gint max_threads, gboolean exclusive,
                   GError **error)
{
  Work *work = g_new (Work, 1); /* as long as the process */

  NEXT (g_thread_pool_new);
  *work = (Work){ func, data };
  return next (do_work, work, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, void *item, GError **error)
{
  NEXT (g_thread_pool_push);
  if (pool->func == do_work)
    release (pool->user_data);
  return next (pool, item, error);
}
