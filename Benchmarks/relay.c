// Joins two network namespaces by TUN devices called t0, whose packets arrive later and one after the other: a slow network.
//
//   relay /var/run/netns/A /var/run/netns/B SECONDS BYTES_PER_SECOND
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

typedef struct Packet {
  struct Packet *next;
  double due;
  int size;
  char bytes[];
} Packet;

// One direction.
typedef struct {
  int from, to;
  double delay, rate;
  // When the wire has carried all packets so far.
  double idle;
  Packet *first, *last;
  pthread_mutex_t lock;
  pthread_cond_t arrived;
} Wire;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int openDevice(const char *namespace) {
  const int there = open(namespace, O_RDONLY);
  if (there < 0 || setns(there, CLONE_NEWNET)) {
    perror(namespace);
    exit(1);
  }
  close(there);
  const int device = open("/dev/net/tun", O_RDWR);
  struct ifreq request = {.ifr_name = "t0", .ifr_flags = IFF_TUN | IFF_NO_PI};
  if (device < 0 || ioctl(device, TUNSETIFF, &request)) {
    perror("/dev/net/tun");
    exit(1);
  }
  return device;
}

static void *take(void *argument) {
  Wire *wire = argument;
  static __thread char bytes[1 << 17];
  while (1) {
    const long size = read(wire->from, bytes, sizeof bytes);
    if (size <= 0) continue;
    Packet *packet = malloc(sizeof *packet + (size_t)size);
    pthread_mutex_lock(&wire->lock);
    const double time = now();
    wire->idle = (wire->idle > time ? wire->idle : time) + (double)size / wire->rate;
    *packet = (Packet){.due = wire->idle + wire->delay, .size = (int)size};
    memcpy(packet->bytes, bytes, (size_t)size);
    if (wire->last)
      wire->last->next = packet;
    else
      wire->first = packet;
    wire->last = packet;
    pthread_cond_signal(&wire->arrived);
    pthread_mutex_unlock(&wire->lock);
  }
  return NULL;
}

static void *give(void *argument) {
  Wire *wire = argument;
  while (1) {
    pthread_mutex_lock(&wire->lock);
    while (!wire->first) pthread_cond_wait(&wire->arrived, &wire->lock);
    Packet *packet = wire->first;
    pthread_mutex_unlock(&wire->lock);
    const double left = packet->due - now();
    if (left > 0) nanosleep(&(struct timespec){(time_t)left, (long)((left - (double)(time_t)left) * 1e9)}, NULL);
    // Until the device is up nobody takes it.
    if (write(wire->to, packet->bytes, (size_t)packet->size) < 0) usleep(1000);
    pthread_mutex_lock(&wire->lock);
    wire->first = packet->next;
    if (!wire->first) wire->last = NULL;
    pthread_mutex_unlock(&wire->lock);
    free(packet);
  }
  return NULL;
}

int main(int count, char **words) {
  if (count != 5) {
    fprintf(stderr, "relay NAMESPACE NAMESPACE SECONDS BYTES_PER_SECOND\n");
    return 64;
  }
  const int a = openDevice(words[1]), b = openDevice(words[2]);
  Wire wires[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
  for (int i = 0; i < 2; i++) {
    wires[i].delay = atof(words[3]);
    wires[i].rate = atof(words[4]);
    pthread_mutex_init(&wires[i].lock, NULL);
    pthread_cond_init(&wires[i].arrived, NULL);
    pthread_t thread;
    pthread_create(&thread, NULL, take, &wires[i]);
    pthread_create(&thread, NULL, give, &wires[i]);
  }
  pause();
}
