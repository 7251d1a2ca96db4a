package dev.tenon.recall;

import dev.tenon.schema.Description;
import java.util.List;
import java.util.Objects;

/**
 * What a model noted of groups that are hidden. Each replaces the one before it, which it was made from. Immutable.
 *
 * @param summary what happened, in a few sentences
 * @param facts what must not be lost: names, numbers, decisions, preferences, one each
 * @param openTasks what was asked for or promised and is not done
 */
public record Summary(
        @Description("what happened, in a few sentences") String summary,

        @Description("facts that must not be lost, one each: names, numbers, dates, decisions, preferences, paths")
        List<String> facts,

        @Description("what was asked for or promised and is not done yet, one each")
        List<String> openTasks) {
    public Summary {
        Objects.requireNonNull(summary, "summary");
        facts = facts == null ? List.of() : List.copyOf(facts);
        openTasks = openTasks == null ? List.of() : List.copyOf(openTasks);
    }

    /** As a model is shown it. */
    public String words() {
        StringBuilder words = new StringBuilder(summary);
        list(words, "Facts:", facts);
        list(words, "Open:", openTasks);
        return words.toString();
    }

    private static void list(StringBuilder to, String title, List<String> items) {
        if (!items.isEmpty()) {
            to.append('\n').append(title);
            for (String item : items) {
                to.append("\n- ").append(item);
            }
        }
    }
}
