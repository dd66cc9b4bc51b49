/* Stands before libc in a recorded process: logs all that reaches the files of one folder, and fails on order.
 *
 * GUITAI_DISK_FOLDER  absolute path, with a slash at its end; files elsewhere are left alone
 * GUITAI_DISK_LOG     where the log goes
 * GUITAI_DISK_FAULTS  "KIND:FROM:TO:ERRNO,..." - the FROM-th to TO-th operation of that kind (sync, write) fails so;
 *                     ERRNO 0 with write: half of it is written, as a write that a signal interrupts
 *
 * A log record: operation (1 byte), failed (1), length of the name (2), of the data (4), offset (8); then name and data.
 * Operations: O made, W written, T cut to a length, S synced, D folder synced, R renamed (data: new name), U unlinked.
 * What goes through a mapping (the wal-index) is not seen: a power cut takes it anyway.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 1024
#define FAULTS 16
#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

struct fault { char kind; long from, to; int error; };

static char names[FILES][256];
static struct fault faults[FAULTS];
static int fault_count, log_fd = -1;
static long syncs, writes;
static const char *folder;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t raw_write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return real(fd, data, size);
}

__attribute__((constructor)) static void begin(void) {
  folder = getenv("GUITAI_DISK_FOLDER");
  const char *log = getenv("GUITAI_DISK_LOG"), *list = getenv("GUITAI_DISK_FAULTS");
  if (!folder || !log) return;
  REAL(int, "open64", const char *, int, ...);
  log_fd = real(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  char kind[8];
  struct fault f;
  while (list && fault_count < FAULTS && sscanf(list, "%7[a-z]:%ld:%ld:%d", kind, &f.from, &f.to, &f.error) == 4) {
    f.kind = kind[0];
    faults[fault_count++] = f;
    list = strchr(list, ',');
    if (list) list++;
  }
}

/* The name below the folder, "" for the folder itself, or NULL for a path elsewhere. */
static const char *inside(const char *path) {
  if (log_fd < 0 || !path) return NULL;
  size_t size = strlen(folder);
  if (!strncmp(path, folder, size)) return path + size;
  if (strlen(path) == size - 1 && !strncmp(path, folder, size - 1)) return "";
  return NULL;
}

static const char *name_of(int fd) { return fd >= 0 && fd < FILES && names[fd][0] ? names[fd] + 1 : NULL; }

static void note(char op, int failed, const char *name, uint64_t offset, const void *data, uint32_t size) {
  unsigned char head[16] = {(unsigned char)op, (unsigned char)failed};
  uint16_t length = (uint16_t)strlen(name);
  memcpy(head + 2, &length, 2);
  memcpy(head + 4, &size, 4);
  memcpy(head + 8, &offset, 8);
  pthread_mutex_lock(&lock);
  raw_write(log_fd, head, sizeof head);
  raw_write(log_fd, name, length);
  if (size) raw_write(log_fd, data, size);
  pthread_mutex_unlock(&lock);
}

/* 0: go on. -1: fail, errno is set. 1: do half of it. */
static int struck(char kind) {
  long n = __atomic_add_fetch(kind == 's' ? &syncs : &writes, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < fault_count; i++)
    if (faults[i].kind == kind && n >= faults[i].from && n <= faults[i].to) {
      errno = faults[i].error;
      return faults[i].error ? -1 : 1;
    }
  return 0;
}

static int opened(int fd, const char *path, int flags, int existed) {
  const char *name = inside(path);
  if (fd < 0 || fd >= FILES || !name) return fd;
  names[fd][0] = '/';
  strncpy(names[fd] + 1, name, sizeof names[fd] - 2);
  if (!existed && (flags & O_CREAT)) note('O', 0, name, 0, NULL, 0);
  if (existed && (flags & O_TRUNC)) note('T', 0, name, 0, NULL, 0);
  return fd;
}

static int exists(const char *path) {
  struct stat found;
  return inside(path) && stat(path, &found) == 0;
}

static int do_open(const char *symbol, const char *path, int flags, mode_t mode) {
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, symbol);
  int existed = exists(path);
  return opened(real(path, flags, mode), path, flags, existed);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return do_open(#name, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

static int do_openat(const char *symbol, int at, const char *path, int flags, mode_t mode) {
  int (*real)(int, const char *, int, ...) = dlsym(RTLD_NEXT, symbol);
  int existed = exists(path);
  return opened(real(at, path, flags, mode), path, flags, existed);
}

#define OPENAT(name) \
  int name(int at, const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return do_openat(#name, at, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
  REAL(int, "close", int);
  if (fd >= 0 && fd < FILES) names[fd][0] = 0;
  return real(fd);
}

/* Do a write at a place, or half of it, or fail; log what was done. Files named "marks" are the recorder's own. */
static ssize_t write_at(int fd, const void *data, size_t size, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  const char *name = name_of(fd);
  int how = name && strcmp(name, "marks") ? struck('w') : 0;
  if (how < 0) return -1;
  ssize_t done = real(fd, data, how && size > 1 ? size / 2 : size, at);
  if (name && done > 0) note('W', 0, name, (uint64_t)at, data, (uint32_t)done);
  return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { return write_at(fd, data, size, at); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return write_at(fd, data, size, at); }

ssize_t write(int fd, const void *data, size_t size) {
  if (!name_of(fd)) return raw_write(fd, data, size);
  off64_t at = lseek64(fd, 0, SEEK_CUR);
  ssize_t done = write_at(fd, data, size, at);
  if (done > 0) lseek64(fd, at + done, SEEK_SET);
  return done;
}

static int cut(int fd, off64_t size) {
  REAL(int, "ftruncate64", int, off64_t);
  int done = real(fd, size);
  if (!done && name_of(fd)) note('T', 0, name_of(fd), (uint64_t)size, NULL, 0);
  return done;
}

int ftruncate64(int fd, off64_t size) { return cut(fd, size); }
int ftruncate(int fd, off_t size) { return cut(fd, size); }

static int do_sync(const char *symbol, int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, symbol);
  const char *name = name_of(fd);
  if (!name) return real(fd);
  /* Not of a folder: SQLite takes no notice, and a file system whose own journal fails goes read-only. */
  int failed = *name && struck('s') < 0, error = errno;
  note(*name ? 'S' : 'D', failed, name, 0, NULL, 0);
  if (!failed) return 0; /* the real disk need not do it: the states are made from the log */
  errno = error;
  return -1;
}

int fsync(int fd) { return do_sync("fsync", fd); }
int fdatasync(int fd) { return do_sync("fdatasync", fd); }

int rename(const char *old, const char *new) {
  REAL(int, "rename", const char *, const char *);
  int done = real(old, new);
  if (!done && inside(old) && inside(new)) note('R', 0, inside(old), 0, inside(new), (uint32_t)strlen(inside(new)));
  return done;
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  int done = real(path);
  if (!done && inside(path)) note('U', 0, inside(path), 0, NULL, 0);
  return done;
}
