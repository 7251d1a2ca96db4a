package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The constants that a place allows, each with its title, and how one is recognised in a text. */
final class Choice {
    private record Option(Json constant, String title) {}

    private final List<Option> options = new ArrayList<>();

    /** The choices of a place: its {@code enum} or {@code const}, or those of all its branches. */
    static Choice of(Shape shape) {
        Choice choice = new Choice();
        List<Json> constants = shape.constants();
        String title = constants.size() == 1 ? title(shape) : "";
        for (Json constant : constants) {
            choice.options.add(new Option(constant, title));
        }
        for (Shape branch : shape.branches()) {
            List<Json> listed = branch.constants();
            for (Json constant : listed) {
                choice.options.add(new Option(constant, listed.size() == 1 ? title(branch) : ""));
            }
        }
        return choice;
    }

    private static String title(Shape shape) {
        return shape.keyword("title").orElse(Json.NULL) instanceof Json.Str title ? title.value() : "";
    }

    boolean isEmpty() {
        return options.isEmpty();
    }

    /** The constants that a text can mean: none, one, or several where it is not clear. */
    Set<Json> meant(String text) {
        Set<Json> found = spelled(text);
        if (!found.isEmpty()) {
            return found;
        }
        int label = text.lastIndexOf(':');
        if (label > 0) {
            found = spelled(text.substring(label + 1));
            if (!found.isEmpty()) {
                return found;
            }
        }
        return explained(text);
    }

    /** Whether a text that was cut off may go on to another constant than the one that it is. */
    boolean continues(String beginning) {
        int longer = 0;
        int same = 0;
        for (Option option : options) {
            if (option.constant instanceof Json.Str constant) {
                boolean begins = constant.value().regionMatches(true, 0, beginning, 0, beginning.length());
                same += begins && constant.value().length() == beginning.length() ? 1 : 0;
                longer += begins && constant.value().length() > beginning.length() ? 1 : 0;
            }
        }
        return same > 0 && longer > 0;
    }

    /** By case, then by the signs around it, then by style; by title as by constant. The nearest way that finds any decides. */
    Set<Json> spelled(String text) {
        Set<Json> found = new LinkedHashSet<>();
        String bare = Spelling.bare(text);
        for (Option option : options) {
            if (option.constant instanceof Json.Str constant
                    && (constant.value().equalsIgnoreCase(text)
                            || constant.value().equalsIgnoreCase(bare))) {
                found.add(option.constant);
            } else if (option.title.equalsIgnoreCase(bare) && !bare.isEmpty()) {
                found.add(option.constant);
            }
        }
        if (!found.isEmpty()) {
            return found;
        }
        String key = Spelling.choiceKey(bare);
        if (key.isEmpty()) {
            return found;
        }
        for (Option option : options) {
            if (option.constant instanceof Json.Str constant
                            && Spelling.choiceKey(constant.value()).equals(key)
                    || !option.title.isEmpty()
                            && Spelling.choiceKey(option.title).equals(key)) {
                found.add(option.constant);
            } else if (option.constant instanceof Json.Num number) {
                java.math.BigDecimal given = Word.number(bare);
                if (given != null && given.compareTo(number.value()) == 0) {
                    found.add(option.constant);
                }
            }
        }
        return found;
    }

    /** {@code high (customers wait)}: the choice, then why. No other choice may be named. */
    private Set<Json> explained(String text) {
        int end = -1;
        for (int i = 1; i < text.length() && end < 0; i++) {
            char c = text.charAt(i);
            boolean dash = (c == '-' || c == '\u2013' || c == '\u2014') && text.charAt(i - 1) == ' ';
            if (c == '(' || c == ':' || c == ';' || c == ',' || dash) {
                end = i;
            }
        }
        if (end < 0) {
            return Set.of();
        }
        Set<Json> found = spelled(text.substring(0, end));
        return found.size() == 1 && found.containsAll(mentioned(text.substring(end))) ? found : Set.of();
    }

    /** The constants that occur in a text as whole words. */
    Set<Json> mentioned(String text) {
        Set<Json> found = new LinkedHashSet<>();
        String lower = text.toLowerCase(Locale.ROOT);
        for (Option option : options) {
            if (option.constant instanceof Json.Str constant
                            && word(lower, constant.value().toLowerCase(Locale.ROOT))
                    || word(lower, option.title.toLowerCase(Locale.ROOT))) {
                found.add(option.constant);
            }
        }
        return found;
    }

    private static boolean word(String text, String word) {
        if (word.isEmpty()) {
            return false;
        }
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean starts = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
            boolean ends = end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
            if (starts && ends) {
                return true;
            }
        }
        return false;
    }
}
