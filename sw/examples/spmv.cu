// A sparse matrix times a vector, a thread a row: rows of a warp have very different lengths.
// spmv [--rows 2000] [--columns 1500] [--longest 200] [--block 128]
#include <algorithm>
#include <cmath>

#include "example.hpp"

/// Compressed sparse rows: the elements of row i are those from begins[i] to begins[i + 1].
struct Matrix {
  std::vector<int> begins = {0};
  std::vector<int> columns;
  std::vector<float> values;
};

__global__ void multiply(int rows, const int* begins, const int* columns, const float* values,
                         const float* x, float* y) {
  const int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= rows) return;
  float sum = 0;
  for (int i = begins[row]; i < begins[row + 1]; ++i) sum = fmaf(values[i], x[columns[i]], sum);
  y[row] = sum;
}

/// Few rows are long, most are short, some are empty, as in the graph of a network.
Matrix random_matrix(int rows, int columns, int longest) {
  Random random(11);
  Matrix matrix;
  for (int row = 0; row < rows; ++row) {
    const unsigned int among = 1 + random.next() % 64;
    const int length =
        std::min(columns, static_cast<int>(longest / among * (random.next() % 4) / 3));
    // In ascending order, spread over the row.
    for (int i = 0; i < length; ++i) {
      const int first = static_cast<int>(static_cast<long long>(columns) * i / length);
      const int behind = static_cast<int>(static_cast<long long>(columns) * (i + 1) / length);
      matrix.columns.push_back(first + static_cast<int>(random.next() % (behind - first)));
      matrix.values.push_back(random.next_float());
    }
    matrix.begins.push_back(static_cast<int>(matrix.columns.size()));
  }
  return matrix;
}

int main(int argc, char** argv) {
  const int rows = option(argc, argv, "rows", 2000);
  const int columns = option(argc, argv, "columns", 1500);
  const int longest = option(argc, argv, "longest", 200);
  const int block = option(argc, argv, "block", 128);
  const Matrix matrix = random_matrix(rows, columns, longest);
  const std::vector<float> x = random_floats(columns, 12);

  int* begins = to_device(matrix.begins);
  int* device_columns = to_device(matrix.columns);
  float* values = to_device(matrix.values);
  float* device_x = to_device(x);
  float* y = to_device(std::vector<float>(rows, NAN));
  CycleTimer timer;
  multiply<<<(rows + block - 1) / block, block>>>(rows, begins, device_columns, values, device_x,
                                                  y);
  CHECK_CUDA(cudaGetLastError());
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  const std::vector<float> result = to_host(y, rows);
  int wrong = 0;
  for (int row = 0; row < rows; ++row) {
    float sum = 0;
    for (int i = matrix.begins[row]; i < matrix.begins[row + 1]; ++i) {
      sum = std::fmaf(matrix.values[i], x[matrix.columns[i]], sum);
    }
    wrong += result[row] == sum ? 0 : 1;
  }
  std::printf("spmv of %d x %d, %zu elements: %s, %.0f cycles\n", rows, columns,
              matrix.values.size(), wrong == 0 ? "ok" : "WRONG", cycles);
  for (void* pointer :
       {static_cast<void*>(begins), static_cast<void*>(device_columns), static_cast<void*>(values),
        static_cast<void*>(device_x), static_cast<void*>(y)}) {
    CHECK_CUDA(cudaFree(pointer));
  }
  return wrong == 0 ? 0 : 1;
}
