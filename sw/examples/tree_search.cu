// The nearest of many points, found in a k-d tree: every thread walks another way through the tree
// and skips other branches of it. tree_search [--points 3000] [--queries 1000] [--block 64]
#include <algorithm>
#include <cmath>

#include "example.hpp"

struct Point {
  float at[3];
};

__host__ __device__ float distance2(const Point& a, const Point& b) {
  const float dx = a.at[0] - b.at[0];
  const float dy = a.at[1] - b.at[1];
  const float dz = a.at[2] - b.at[2];
  return fmaf(dx, dx, fmaf(dy, dy, dz * dz));
}

/// Each part of the array is a subtree: its median is the root, which parts the others by one
/// coordinate; that is the next one for its subtrees.
void build(std::vector<Point>& points, int begin, int end, int axis) {
  if (end - begin < 2) return;
  const int middle = (begin + end) / 2;
  std::nth_element(points.begin() + begin, points.begin() + middle, points.begin() + end,
                   [axis](const Point& a, const Point& b) { return a.at[axis] < b.at[axis]; });
  build(points, begin, middle, (axis + 1) % 3);
  build(points, middle + 1, end, (axis + 1) % 3);
}

/// A subtree to be looked at later, unless something nearer than its dividing plane is found.
struct Subtree {
  int begin, end, axis;
  float plane2;
};

/// Stores the squared distance to the point nearest to each query.
__global__ void find_nearest(int count, const Point* points, int queries, const Point* query,
                             float* nearest) {
  constexpr int kDeepest = 32;
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= queries) return;
  const Point wanted = query[i];
  float best = INFINITY;
  Subtree later[kDeepest];
  int waiting = 0;
  later[waiting++] = {0, count, 0, 0};
  while (waiting > 0) {
    const Subtree subtree = later[--waiting];
    if (subtree.plane2 >= best) continue;
    int begin = subtree.begin;
    int end = subtree.end;
    int axis = subtree.axis;
    while (begin < end) {
      const int middle = (begin + end) / 2;
      const Point point = points[middle];
      best = fminf(best, distance2(point, wanted));
      if (best == 0) break;  // none is nearer
      const float side = wanted.at[axis] - point.at[axis];
      axis = axis == 2 ? 0 : axis + 1;
      if (side < 0) {
        if (middle + 1 < end) later[waiting++] = {middle + 1, end, axis, side * side};
        end = middle;
      } else {
        if (begin < middle) later[waiting++] = {begin, middle, axis, side * side};
        begin = middle + 1;
      }
    }
  }
  nearest[i] = best;
}

std::vector<Point> random_points(int count, std::uint32_t seed) {
  Random random(seed);
  std::vector<Point> points(count);
  for (Point& point : points) {
    for (float& coordinate : point.at) coordinate = random.next_float();
  }
  return points;
}

int main(int argc, char** argv) {
  const int count = option(argc, argv, "points", 3000);
  const int queries = option(argc, argv, "queries", 1000);
  const int block = option(argc, argv, "block", 64);
  std::vector<Point> points = random_points(count, 3);
  std::vector<Point> query = random_points(queries, 4);
  for (int i = 0; i < queries; i += 5) query[i] = points[i % count];
  build(points, 0, count, 0);

  Point* device_points = to_device(points);
  Point* device_query = to_device(query);
  float* nearest = to_device(std::vector<float>(queries, NAN));
  CycleTimer timer;
  find_nearest<<<(queries + block - 1) / block, block>>>(count, device_points, queries,
                                                         device_query, nearest);
  CHECK_CUDA(cudaGetLastError());
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  const std::vector<float> result = to_host(nearest, queries);
  int wrong = 0;
  for (int i = 0; i < queries; ++i) {
    float best = INFINITY;
    for (const Point& point : points) best = std::min(best, distance2(point, query[i]));
    wrong += result[i] == best ? 0 : 1;
  }
  std::printf("tree_search of %d points for %d queries: %s, %.0f cycles\n", count, queries,
              wrong == 0 ? "ok" : "WRONG", cycles);
  CHECK_CUDA(cudaFree(device_points));
  CHECK_CUDA(cudaFree(device_query));
  CHECK_CUDA(cudaFree(nearest));
  return wrong == 0 ? 0 : 1;
}
