// The subcommands of `heddle`. Each adds itself to the parser; what it is to run is stored in
// `run`.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace heddle {

/// Exit statuses besides those of programs; docs/user_guide.md lists them.
enum ExitStatus : int {
  kExitUsage = 64,         ///< the command line makes no sense
  kExitInput = 66,         ///< the input file cannot be used
  kExitUnavailable = 69,   ///< there is no such device or configuration
  kExitMismatch = 70,      ///< a difference: RTL and model, or a result and the wanted one
  kExitOutput = 74,        ///< a waveform, report, trace or result cannot be written
  kExitFault = 121,        ///< the program faulted
  kExitCycleLimit = 122,   ///< the cycle limit was reached
  kExitRace = 123,         ///< data races were found
  kExitInterrupted = 130,  ///< Ctrl-C
};

using Action = std::function<int()>;

void add_exec_command(CLI::App& app, Action& run);
void add_info_command(CLI::App& app, Action& run);
void add_disasm_command(CLI::App& app, Action& run);
void add_mma_command(CLI::App& app, Action& run);

}  // namespace heddle
