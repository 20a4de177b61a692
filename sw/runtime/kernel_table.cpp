#include "kernel_table.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <string_view>

#include "errors.hpp"

namespace heddle {
namespace {

using Json = nlohmann::json;

KernelParameter::Kind parse_kind(const std::string& text) {
  if (text == "pointer") return KernelParameter::Kind::kPointer;
  if (text == "signed_word") return KernelParameter::Kind::kSignedWord;
  if (text == "unsigned_word") return KernelParameter::Kind::kUnsignedWord;
  if (text == "value") return KernelParameter::Kind::kValue;
  throw ElfError(fmt::format("a kernel parameter of unknown kind \"{}\"", text));
}

Kernel parse_kernel(const Json& json, const ElfImage& image) {
  Kernel kernel;
  kernel.name = json.at("name");
  kernel.display = json.at("display");
  kernel.arguments_size = json.at("arguments_size");
  kernel.shared_static = json.at("shared_static");
  if (!json.at("shared_dynamic").is_null()) kernel.shared_dynamic = json.at("shared_dynamic");
  kernel.wmma = json.at("wmma");
  const std::string start = json.at("start");
  const ElfImage::Symbol* symbol = image.find_symbol(start);
  if (symbol == nullptr) throw ElfError(fmt::format("the symbol {} is missing", start));
  kernel.start = symbol->address;
  for (const Json& item : json.at("parameters")) {
    KernelParameter parameter;
    parameter.name = item.at("name");
    parameter.kind = parse_kind(item.at("kind"));
    parameter.size = item.at("size");
    parameter.offset = item.at("offset");
    if (std::uint64_t{parameter.offset} + parameter.size > kernel.arguments_size) {
      throw ElfError(fmt::format("parameter {} of {} lies outside the argument block",
                                 parameter.name, kernel.display));
    }
    kernel.parameters.push_back(std::move(parameter));
  }
  return kernel;
}

std::string demangle(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

/// The demangled name with all signed integers from 32 bits up written "int", and unsigned ones
/// "unsigned".
std::string without_widths(const std::string& name) {
  static const std::regex unsigned_types("\\bunsigned (int|long long|long)\\b");
  static const std::regex signed_types("\\b(long long|long)\\b");
  static const std::regex literals("\\b([0-9]+)(ull|ll|ul|u|l)\\b");
  std::string text = std::regex_replace(demangle(name), unsigned_types, "unsigned");
  text = std::regex_replace(text, signed_types, "int");
  return std::regex_replace(text, literals, "$1");
}

/// The parameter types in a demangled signature.
std::vector<std::string> parameter_types(const std::string& signature) {
  std::vector<std::string> types;
  int depth = 0;
  std::size_t end = signature.size();
  // From the back: the parameter list is the last parenthesis.
  for (std::size_t i = signature.size(); i-- > 0;) {
    const char c = signature[i];
    if (c == ')' || c == '>' || c == ']') ++depth;
    if (c == '(' || c == '<' || c == '[') --depth;
    const bool opening = c == '(' && depth == 0;
    if (c == ')' && depth == 1) end = i;
    if (opening || (c == ',' && depth == 1)) {
      const std::size_t begin = signature.find_first_not_of(' ', i + 1);
      types.insert(types.begin(), begin < end ? signature.substr(begin, end - begin) : "");
      end = i;
    }
    if (opening) break;
  }
  return types;
}

void use_host_words(Kernel& kernel, const std::string& host_signature) {
  const std::vector<std::string> types = parameter_types(host_signature);
  if (types.size() != kernel.parameters.size()) return;
  for (std::size_t i = 0; i < types.size(); ++i) {
    KernelParameter& parameter = kernel.parameters[i];
    if (parameter.kind != KernelParameter::Kind::kValue || parameter.size != 4) continue;
    if (types[i] == "long") parameter.kind = KernelParameter::Kind::kSignedWord;
    if (types[i] == "unsigned long") parameter.kind = KernelParameter::Kind::kUnsignedWord;
  }
}

[[noreturn]] void does_not_fit(const Kernel& kernel, const KernelParameter& parameter,
                               std::uint64_t value) {
  if (parameter.kind == KernelParameter::Kind::kPointer) {
    throw CudaError(cudaErrorInvalidValue,
                    fmt::format("kernel {}, parameter '{}': {:#x} is a host pointer; the device "
                                "reaches only what cudaMalloc has given",
                                kernel.display, parameter.name, value));
  }
  throw CudaError(cudaErrorInvalidValue,
                  fmt::format("kernel {}, parameter '{}': the value {:#x} does not fit the "
                              "device's 32-bit type",
                              kernel.display, parameter.name, value));
}

}  // namespace

std::uint64_t Kernel::shared_bytes(std::uint64_t dynamic) const {
  return shared_dynamic.value_or(shared_static) + dynamic;
}

std::vector<std::byte> Kernel::pack(void* const* arguments) const {
  std::vector<std::byte> block(arguments_size);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const KernelParameter& parameter = parameters[i];
    std::byte* const place = block.data() + parameter.offset;
    if (parameter.kind == KernelParameter::Kind::kValue) {
      std::memcpy(place, arguments[i], parameter.size);
      continue;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, arguments[i], sizeof value);
    const auto word = static_cast<std::uint32_t>(value);
    const bool is_signed = parameter.kind == KernelParameter::Kind::kSignedWord;
    const auto extended =
        is_signed ? static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(word)})
                  : std::uint64_t{word};
    if (extended != value) does_not_fit(*this, parameter, value);
    std::memcpy(place, &word, sizeof word);
  }
  return block;
}

std::vector<Kernel> read_kernels(const ElfImage& image) {
  const auto section = image.section(".heddle.kernels");
  if (!section) throw ElfError("it has no kernel descriptions (was it made by heddlecc?)");
  const auto* text = reinterpret_cast<const char*>(section->data());
  try {
    std::vector<Kernel> kernels;
    for (const Json& item : Json::parse(text, text + section->size())) {
      kernels.push_back(parse_kernel(item, image));
    }
    return kernels;
  } catch (const Json::exception& error) {
    throw ElfError(fmt::format("its kernel descriptions are damaged: {}", error.what()));
  }
}

std::optional<Kernel> find_kernel(std::span<const Kernel> kernels, const std::string& host_name) {
  const Kernel* found = nullptr;
  const auto exact = std::ranges::find(kernels, host_name, &Kernel::name);
  if (exact != kernels.end()) {
    found = &*exact;
  } else {
    const std::string wanted = without_widths(host_name);
    for (const Kernel& kernel : kernels) {
      if (without_widths(kernel.name) != wanted) continue;
      if (found != nullptr) return std::nullopt;
      found = &kernel;
    }
  }
  if (found == nullptr) return std::nullopt;
  Kernel result = *found;
  use_host_words(result, demangle(host_name));
  return result;
}

}  // namespace heddle
