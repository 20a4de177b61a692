// The Mandelbrot set: threads of a warp leave the loop after different numbers of iterations.
// mandelbrot [--width 64] [--height 24] [--iterations 50] [--block 64]
#include "example.hpp"

/// Iterations until the point escapes. Fused multiply-adds are spelled out, so that host and device
/// agree exactly.
__host__ __device__ int escape_time(float x, float y, int limit) {
  float a = 0;
  float b = 0;
  int i = 0;
  for (; i < limit; ++i) {
    const float a2 = a * a;
    const float b2 = b * b;
    if (a2 >= 4.0F || b2 >= 4.0F) break;
    const float difference = fmaf(a, a, -b2);
    b = fmaf(2.0F * a, b, y);
    a = difference + x;
    if (fmaf(a, a, b * b) > 4.0F) break;
  }
  return i;
}

struct View {
  int width, height, iterations;
  float left, top, step_x, step_y;

  __host__ __device__ int at(int column, int row) const {
    return escape_time(fmaf(static_cast<float>(column), step_x, left),
                       fmaf(static_cast<float>(row), step_y, top), iterations);
  }
};

__global__ void mandelbrot(View view, int* image) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < view.width * view.height) image[i] = view.at(i % view.width, i / view.width);
}

int main(int argc, char** argv) {
  View view{};
  view.width = option(argc, argv, "width", 64);
  view.height = option(argc, argv, "height", 24);
  view.iterations = option(argc, argv, "iterations", 50);
  view.left = -2.2F;
  view.top = -1.2F;
  view.step_x = 3.2F / static_cast<float>(view.width);
  view.step_y = 2.4F / static_cast<float>(view.height);
  const int block = option(argc, argv, "block", 64);
  const int pixels = view.width * view.height;

  int* device_image = to_device(std::vector<int>(pixels));
  CycleTimer timer;
  mandelbrot<<<(pixels + block - 1) / block, block>>>(view, device_image);
  CHECK_CUDA(cudaGetLastError());
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  const std::vector<int> image = to_host(device_image, pixels);
  int wrong = 0;
  constexpr char kShades[] = " .:-=+*#%@";
  for (int row = 0; row < view.height; ++row) {
    for (int column = 0; column < view.width; ++column) {
      const int count = image[row * view.width + column];
      wrong += count != view.at(column, row) ? 1 : 0;
      if (view.width <= 100) std::putchar(kShades[count * 9 / view.iterations]);
    }
    if (view.width <= 100) std::putchar('\n');
  }
  std::printf("mandelbrot of %d x %d: %s, %.0f cycles\n", view.width, view.height,
              wrong == 0 ? "ok" : "WRONG", cycles);
  CHECK_CUDA(cudaFree(device_image));
  return wrong == 0 ? 0 : 1;
}
