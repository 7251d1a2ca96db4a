package dev.tenon.recall;

import dev.tenon.message.Message;
import dev.tenon.schema.Description;
import dev.tenon.search.Tokenizer;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The tools by which a model finds what it is not shown. */
final class HistoryTools {
    static final String HINT = "If you have the tool search_history, it finds them.";

    private static final int MOST_FOUND = 5;
    private static final int MOST_SHOWN = 10;
    private static final int FOUND_CHARACTERS = 600;
    private static final int SHOWN_CHARACTERS = 20_000;

    private HistoryTools() {}

    record Search(
            @Description("words that stand in what is looked for; rare words find better than common ones")
            String query) {}

    record Show(
            @Description("ids of parts, as search_history gives them")
            List<String> ids) {}

    static List<Tool> of(ConversationMemory memory) {
        return List.of(
                readOnly(Tool.of(
                        "search_history",
                        "Searches the whole of this conversation, also the parts that are not shown any more, and"
                                + " gives the parts that fit best, each with its id.",
                        Search.class,
                        (search, context) -> search(memory, search.query(), context))),
                readOnly(Tool.of(
                        "show_history",
                        "Gives parts of this conversation whole, by their ids.",
                        Show.class,
                        (show, context) -> show(memory, show.ids(), context))));
    }

    private static Tool readOnly(Tool tool) {
        return tool.with(spec -> spec.withTraits(ToolSpec.Trait.READ_ONLY));
    }

    private static String search(ConversationMemory memory, String query, ToolContext context) {
        View view = memory.view(context.session());
        List<Found> found = search(view, query);
        if (found.isEmpty()) {
            return "Nothing in this conversation has any of these words; try others.";
        }
        StringBuilder out = new StringBuilder();
        for (Found one : found) {
            out.append("id ")
                    .append(one.group().id())
                    .append('\n')
                    .append(around(one.text(), Tokenizer.WORDS.tokens(query), FOUND_CHARACTERS))
                    .append("\n\n");
        }
        return out.toString().strip();
    }

    private static String show(ConversationMemory memory, List<String> ids, ToolContext context) {
        View view = memory.view(context.session());
        StringBuilder out = new StringBuilder();
        for (String id : ids.subList(0, Math.min(ids.size(), MOST_SHOWN))) {
            String text = view.slots().stream()
                    .filter(slot -> slot.group().id().equals(id))
                    .findFirst()
                    .map(slot -> whole(slot.group().messages()))
                    .orElse("there is no part of this id; search_history gives ids");
            out.append("id ").append(id).append('\n').append(text).append("\n\n");
        }
        return Shortened.clamped(out.toString().strip(), SHOWN_CHARACTERS);
    }

    /** A group that was found, with its text. */
    record Found(Group group, String text, double score) {}

    /** The groups that have words of the query, those with its rare words first; of equals the newer. */
    static List<Found> search(View view, String query) {
        Set<String> wanted = new HashSet<>(Tokenizer.WORDS.tokens(query));
        List<View.Slot> slots = view.slots();
        List<Map<String, Integer>> counts = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        Map<String, Integer> groups = new HashMap<>();
        for (View.Slot slot : slots) {
            String text = whole(slot.group().messages());
            Map<String, Integer> count = new HashMap<>();
            for (String word : Tokenizer.WORDS.tokens(text)) {
                if (wanted.contains(word)) {
                    count.merge(word, 1, Integer::sum);
                }
            }
            count.keySet().forEach(word -> groups.merge(word, 1, Integer::sum));
            counts.add(count);
            texts.add(text);
        }
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            double score = 0;
            for (Map.Entry<String, Integer> count : counts.get(i).entrySet()) {
                double rare = Math.log(1 + (double) slots.size() / groups.getOrDefault(count.getKey(), 1));
                score += rare * (1 + 0.3 * Math.log(count.getValue()));
            }
            if (score > 0) {
                found.add(new Found(slots.get(i).group(), texts.get(i), score));
            }
        }
        // Sorting keeps the order of equals: oldest first before, so newest first after.
        java.util.Collections.reverse(found);
        found.sort(Comparator.comparingDouble(Found::score).reversed());
        return found.subList(0, Math.min(found.size(), MOST_FOUND));
    }

    private static String whole(List<Message> messages) {
        StringBuilder text = new StringBuilder();
        for (Message message : messages) {
            Summarise.transcribe(message, text, Integer.MAX_VALUE);
        }
        return text.toString().strip();
    }

    /** The stretch of a text where the first of the words stands. */
    private static String around(String text, List<String> words, int most) {
        if (text.length() <= most) {
            return text;
        }
        int first = first(text, words);
        int from = Math.clamp(first - most / 3, 0, text.length() - most);
        int to = from + most;
        from += Character.isLowSurrogate(text.charAt(from)) ? 1 : 0;
        to -= to < text.length() && Character.isHighSurrogate(text.charAt(to - 1)) ? 1 : 0;
        return (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
    }

    /** Where the first of the words stands; the beginning where none does as it is, but for accents or its ending. */
    private static int first(String text, List<String> words) {
        String lower = text.toLowerCase(Locale.ROOT);
        int first = lower.length();
        for (String word : words) {
            int at = lower.indexOf(word);
            first = at < 0 ? first : Math.min(first, at);
        }
        return first == lower.length() ? 0 : first;
    }

    /** The first words, on one line. */
    static String words(List<Message> messages, int most) {
        String line = whole(messages).replaceAll("\\s+", " ");
        if (line.length() <= most) {
            return line;
        }
        return line.substring(0, Character.isHighSurrogate(line.charAt(most - 1)) ? most - 1 : most) + "…";
    }
}
