// printf in kernels against the host's: the device prints into a file, which is then compared.
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "check.hpp"

/// Sends stdout to a file for its life.
class Capture {
 public:
  Capture() : file_(std::tmpfile()), saved_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    dup2(fileno(file_), STDOUT_FILENO);
  }
  std::string text() {
    std::fflush(stdout);
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
    std::string result;
    std::rewind(file_);
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) {
      result += static_cast<char>(c);
    }
    std::fclose(file_);
    return result;
  }

 private:
  std::FILE* file_;
  int saved_;
};

template <typename T>
__host__ __device__ void show(T value) {
  std::printf("[%g %d]", static_cast<double>(value), static_cast<int>(sizeof value));
}

// The same on both sides, and both know what it prints.
__host__ __device__ void everything(int n, const char* text) {
  char local[16] = "local 0";
  local[6] = static_cast<char>('0' + n);
  printf("plain 100%%\n");
  printf("%d %i %5d|%-5d|%05d|%+d|% d|%.4d|%*d|%-*d|%*d|%.*d\n", n, -n, n, n, n, n, n, n, 7, n, 6,
         n, -4, n, 3, n);
  printf("%u %o %x %X %#x %#o %#X\n", 3000000000U, 0777U, 0xbeefU, 0xbeefU, 255U, 8U, 255U);
  printf("%hhd %hd %hhu %hu %hhx\n", 300, 70000, 300, 70000, -1);
  printf("%lld %llu %llx %lld\n", -(1LL << 40), 1ULL << 63, 0x123456789abcdefULL, n * 1000000007LL);
  printf("%ld %lu %zu\n", static_cast<long>(-n), static_cast<unsigned long>(n), sizeof(int));
  printf("%c%c%5c|%-3c|\n", 'a', 'b', 'c', 'd');
  printf("%s|%8s|%-8s|%.3s|%.*s|%s\n", "constant", "r", "l", "cut off", 2, "cut", local);
  printf("%s %s\n", text, true ? "yes" : "no");
  printf("%f %F %.2f %10.3f|%-10.1f|%+.0f %#.0f\n", 1.5, 2.25, 3.14159, 2.71828, 1.25, 7.0, 7.0);
  printf("%e %.3E %g %G %g %a %A %.2a\n", 12345.678, 1e-10, 1e20, 1e-7, 0.0001, 1.0, 255.5, 3.3);
  printf("%f %f %F %g %s\n", 1.0f / 3, 1e308 * 10, -1e308 * 10, -0.0, "end");
  printf("%p %p\n", reinterpret_cast<void*>(0x1234), static_cast<void*>(nullptr));
  show(n);
  show(0.5f);
  show(2.5);
  show('c');
  printf("\n%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d\n", 1, 2, 3, 4, 5, 6,
         7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
         30, 31, 32);
}

__global__ void print_everything(int n, const char* text) { everything(n, text); }

// From here on, formats are wrong on purpose.
#pragma clang diagnostic ignored "-Wformat"
#pragma clang diagnostic ignored "-Wformat-security"

__global__ void results(int* out, const char* none) {
  out[0] = printf("");
  out[1] = printf("%d %s\n", 1, "x");
  out[2] = printf(none);
}

__global__ void odd(const char* none) {
  printf("%d %d|\n", 1);
  printf("%n %y %ls %d|%\n", 5);
  printf("%2000000d|%d|\n", 1, 2);
  printf("%s|\n", none);
}

__global__ void many(int* failed) {
  const int result = printf("%d\n", static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x));
  if (result < 0) atomicAdd(failed, result == -2 ? 1 : 1000000);
}

__global__ void print_and_trap() {
  printf("before\n");
  __trap();
}

template <typename Launch>
std::string output_of(Launch launch) {
  Capture capture;
  launch();
  return capture.text();
}

int main() {
  const char text[] = "from the heap, %d";
  DeviceArray<char> heap(std::vector<char>(text, text + sizeof text));
  for (const int n : {1, 7}) {
    const std::string expected = output_of([&] { everything(n, text); });
    const std::string actual = output_of([&] { print_everything<<<1, 1>>>(n, heap.data()); });
    require_launched();
    if (actual != expected) {
      std::fprintf(stderr, "expected:\n%s\nactual:\n%s\n", expected.c_str(), actual.c_str());
    }
    REQUIRE(actual == expected);
  }

  DeviceArray<int> out(3);
  REQUIRE(output_of([&] { results<<<1, 1>>>(out.data(), nullptr); }) == "1 x\n");
  REQUIRE(out.values() == (std::vector<int>{0, 2, -1}));
  REQUIRE(output_of([&] { odd<<<1, 1>>>(nullptr); }) ==
          "1 %d|\n%n %y %ls 5|%\n%2000000d|2|\n(null)|\n");

  // All threads' lines are there, each once.
  DeviceArray<int> failed(1);
  const std::string all = output_of([&] { many<<<3, 64>>>(failed.data()); });
  std::vector<int> seen(192);
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1) {
    ++seen.at(static_cast<std::size_t>(std::stoi(all.substr(at))));
  }
  REQUIRE(seen == std::vector<int>(192, 1));
  REQUIRE(failed.values()[0] == 0);

  // 4096 bytes: a head of 2 words, and 170 records of 6.
  size_t size = 0;
  REQUIRE(cudaDeviceGetLimit(&size, cudaLimitPrintfFifoSize) == cudaSuccess);
  REQUIRE(size == 1 << 20);
  REQUIRE(cudaDeviceSetLimit(cudaLimitPrintfFifoSize, 1) == cudaSuccess);
  REQUIRE(cudaDeviceGetLimit(&size, cudaLimitPrintfFifoSize) == cudaSuccess);
  REQUIRE(size == 4096);
  for (int repeat = 0; repeat < 2; ++repeat) {
    const std::string some = output_of([&] { many<<<3, 64>>>(failed.data()); });
    int lines = 0;
    for (const char c : some) lines += c == '\n' ? 1 : 0;
    REQUIRE(lines == 170);
    REQUIRE(failed.values()[0] == 22 * (repeat + 1));
  }

  REQUIRE(output_of([&] { print_and_trap<<<1, 2>>>(); }) == "before\nbefore\n");
  REQUIRE(cudaDeviceSynchronize() == cudaErrorLaunchFailure);
  REQUIRE(cudaDeviceReset() == cudaSuccess);
  REQUIRE(output_of([&] { print_and_trap<<<1, 1>>>(); }) == "before\n");
  return 0;
}
