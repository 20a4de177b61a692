// expect: kernel 'k', parameter 'list': struct 'List' contains a pointer (in 'data')
struct Part {
  int* data;
};
struct List {
  int n;
  Part part[2];
};
__global__ void k(List list) { list.part[0].data[0] = list.n; }
int main() { k<<<1, 1>>>(List{}); }
