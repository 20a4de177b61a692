// heddle: runs and inspects programs without CUDA around them.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "commands.hpp"

int main(int argc, char** argv) {
  CLI::App app(
      "Heddle: an open GPU. CUDA programs are compiled with heddlecc and run by themselves.",
      "heddle");
  app.require_subcommand(1);
  heddle::Action run;
  heddle::add_exec_command(app, run);
  heddle::add_info_command(app, run);
  heddle::add_disasm_command(app, run);
  heddle::add_mma_command(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : heddle::kExitUsage;
  }
  try {
    return run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return heddle::kExitUnavailable;
  }
}
