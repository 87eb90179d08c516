// SPDX-License-Identifier: GPL-3.0-or-later
// Walks the commands and their options once for each kind of text.
#include "app/cli/describe.h"

#include <vector>

namespace bitswap::cli {
namespace {

struct OptionText {
  std::vector<std::string> names;  ///< "--threads", "-q"
  std::string value;               ///< what it takes, for people; empty for a flag
  std::vector<std::string> choices;
  std::string description;
};

/// The words of "TEXT:{a,b,c}"; empty where any value may stand.
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> words;
  const std::size_t begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return words;
  std::string word;
  for (std::size_t i = begin + 1; i <= end; ++i) {
    if (type[i] == ',' || i == end) {
      words.push_back(std::move(word));
      word.clear();
    } else {
      word += type[i];
    }
  }
  return words;
}

/// "TEXT:{a,b}" as "a|b", "INT:INT in [0 - 1024]" as "INT".
std::string value_name(const std::string& type, const std::vector<std::string>& choices) {
  if (choices.empty()) return type.substr(0, type.find(':'));
  std::string name;
  for (const std::string& choice : choices) name += (name.empty() ? "" : "|") + choice;
  return name;
}

std::vector<OptionText> options_of(const CLI::App& app) {
  std::vector<OptionText> list;
  for (const CLI::Option* option : app.get_options([](const CLI::Option* o) { return o->nonpositional(); })) {
    OptionText text;
    for (const std::string& name : option->get_snames()) text.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) text.names.push_back("--" + name);
    text.choices = choices_of(option->get_type_name());
    if (option->get_items_expected_max() > 0) text.value = value_name(option->get_type_name(), text.choices);
    text.description = option->get_description();
    list.push_back(std::move(text));
  }
  return list;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) { return app.get_subcommands({}); }

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

/// Up to the first full stop or semicolon: what fits beside a name.
std::string short_text(const std::string& description) {
  return description.substr(0, description.find_first_of(".;"));
}

/// Between single quotes of a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string bash(const CLI::App& app) {
  std::vector<std::string> names;
  std::string cases, values;
  for (const CLI::App* command : commands_of(app)) {
    names.push_back(command->get_name());
    std::vector<std::string> flags;
    for (const OptionText& option : options_of(*command)) {
      flags.insert(flags.end(), option.names.begin(), option.names.end());
      if (option.choices.empty()) continue;
      for (const std::string& name : option.names) {
        values +=
            "    " + command->get_name() + ":" + name + ") choices=" + quoted(joined(option.choices, " ")) + " ;;\n";
      }
    }
    cases += "    " + command->get_name() + ") options=" + quoted(joined(flags, " ")) + " ;;\n";
  }
  return "# bash completion of bitswap\n"
         "_bitswap() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
         "  local options='' choices=''\n"
         "  COMPREPLY=()\n"
         "  if ((COMP_CWORD == 1)); then\n"
         "    mapfile -t COMPREPLY < <(compgen -W " +
         quoted(joined(names, " ") + " --help --version") +
         " -- \"$current\")\n"
         "    return\n"
         "  fi\n"
         "  case $command:$before in\n" +
         values +
         "  esac\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "  if [[ -n $choices ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$current\")\n"
         "  elif [[ $current == -* ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
         "  fi\n"
         "}\n"
         "complete -o default -F _bitswap bitswap\n";
}

std::string zsh(const CLI::App& app) {
  std::string text = "#compdef bitswap\nlocal -a commands\ncommands=(\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "  " + quoted(command->get_name() + ":" + short_text(command->get_description())) + "\n";
  }
  text += ")\nif ((CURRENT == 2)); then\n  _describe command commands\n  return\nfi\ncase $words[2] in\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "  " + command->get_name() + ") _arguments -s";
    for (const OptionText& option : options_of(*command)) {
      std::string description = short_text(option.description);
      std::erase_if(description, [](char c) { return c == '[' || c == ']' || c == ':'; });
      std::string value;
      if (!option.choices.empty()) value = ":value:(" + joined(option.choices, " ") + ")";
      if (option.choices.empty() && !option.value.empty()) value = ":" + option.value + ":_files";
      for (const std::string& name : option.names) text += " \\\n    " + quoted(name + "[" + description + "]" + value);
    }
    text += " \\\n    '*:file:_files' ;;\n";
  }
  return text + "esac\n";
}

std::string fish(const CLI::App& app) {
  std::string text = "# fish completion of bitswap\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "complete -c bitswap -n __fish_use_subcommand -f -a " + command->get_name() + " -d " +
            quoted(short_text(command->get_description())) + "\n";
    for (const OptionText& option : options_of(*command)) {
      text += "complete -c bitswap -n '__fish_seen_subcommand_from " + command->get_name() + "'";
      for (const std::string& name : option.names) {
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.value.empty()) text += " -r";
      if (!option.choices.empty()) text += " -f -a " + quoted(joined(option.choices, " "));
      text += " -d " + quoted(short_text(option.description)) + "\n";
    }
  }
  return text;
}

/// Text of man(7): no line begins a request, no hyphen is broken, long lists break after their commas and bars.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
      if (c == '|' || c == ',' || c == '/') out += "\\:";
    }
  }
  return !out.empty() && (out[0] == '.' || out[0] == '\'') ? "\\&" + out : out;
}

}  // namespace

std::string completion(const CLI::App& app, std::string_view shell) {
  if (shell == "bash") return bash(app);
  if (shell == "zsh") return zsh(app);
  if (shell == "fish") return fish(app);
  return {};
}

std::string manual_page(const CLI::App& app) {
  std::string text = ".TH BITSWAP 1 \"\" \"bitswap " BITSWAP_VERSION
                     "\" \"User Commands\"\n.ad l\n.nh\n.SH NAME\nbitswap \\- " +
                     roff(app.get_description()) +
                     "\n.SH SYNOPSIS\n.B bitswap\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIPATH\\fR]...\n.SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) {
    text += ".SS " + roff(command->get_name()) + "\n" + roff(command->get_description()) + ".\n";
    for (const OptionText& option : options_of(*command)) {
      text += ".TP\n\\fB" + roff(joined(option.names, ", ")) + "\\fR";
      if (!option.value.empty()) text += " \\fI" + roff(option.value) + "\\fR";
      text += "\n" + roff(option.description) + (option.description.ends_with('.') ? "\n" : ".\n");
    }
  }
  return text +
         ".SH EXIT STATUS\n0 fine; 1 some inputs were skipped or need attention; 2 nothing was done; 7 the command "
         "line\n"
         "makes no sense; 8 not enough memory; 255 stopped by the user.\n";
}

}  // namespace bitswap::cli
