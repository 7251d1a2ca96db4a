package dev.tenon.journal.file;

import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.testing.Chance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Things that are done to a journal one after the other, and what it must hold after each. */
final class Story {
    private static final Instant TIME = Instant.parse("2026-11-25T12:00:00Z");

    /** One thing that is done. */
    sealed interface Step {
        record Append(String run, List<JournalRecord> records) implements Step {}

        record Delete(String run) implements Step {}

        record Compact() implements Step {}

        record Reopen() implements Step {}
    }

    private Story() {}

    static JournalRecord started(int step) {
        return new JournalRecord.Started(TIME, Integer.toString(step), "tool", "d" + step, 1, Json.NULL, Map.of());
    }

    static JournalRecord ended(int step) {
        return new JournalRecord.Ended(TIME, Integer.toString(step), Json.object("ok", step), Map.of());
    }

    static JournalRecord closed(Instant time) {
        return new JournalRecord.Closed(time, Json.of("done"), Map.of());
    }

    static void append(FileJournal journal, String run, JournalRecord... records) {
        try (RunJournal owner = journal.own(run)) {
            owner.append(List.of(records));
        }
    }

    /** Appends to a few runs, with deletions, compactions and openings between them. */
    static List<Step> steps(Chance chance, int many) {
        List<Step> steps = new ArrayList<>();
        int number = 0;
        for (int i = 0; i < many; i++) {
            String run = chance.pick(List.of("a", "a/0", "b", "c"));
            switch (chance.below(12)) {
                case 0 -> steps.add(new Step.Delete(run));
                case 1 -> steps.add(new Step.Compact());
                case 2 -> steps.add(new Step.Reopen());
                default -> {
                    List<JournalRecord> records = new ArrayList<>();
                    for (int left = chance.below(3); left >= 0; left--) {
                        records.add(chance.oneIn(2) ? started(number++) : ended(number++));
                    }
                    steps.add(new Step.Append(run, records));
                }
            }
        }
        return steps;
    }

    /** What a journal holds after a step. */
    static Map<String, List<JournalRecord>> after(Map<String, List<JournalRecord>> before, Step step) {
        Map<String, List<JournalRecord>> after = new LinkedHashMap<>(before);
        switch (step) {
            case Step.Append append -> {
                List<JournalRecord> all = new ArrayList<>(before.getOrDefault(append.run(), List.of()));
                all.addAll(append.records());
                after.put(append.run(), all);
            }
            case Step.Delete delete ->
                after.keySet().removeIf(run -> run.equals(delete.run()) || run.startsWith(delete.run() + "/"));
            case Step.Compact compact -> {}
            case Step.Reopen reopen -> {}
        }
        return after;
    }

    /** What a journal holds. */
    static Map<String, List<JournalRecord>> content(FileJournal journal) {
        Map<String, List<JournalRecord>> content = new LinkedHashMap<>();
        for (String run : journal.runs()) {
            content.put(run, journal.read(run));
        }
        return content;
    }
}
