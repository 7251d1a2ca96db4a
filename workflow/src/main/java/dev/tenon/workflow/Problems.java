package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.tool.NearNames;
import dev.tenon.workflow.document.Document;
import dev.tenon.workflow.document.Flaw;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is found wrong with a definition, with the places in the document that it was read from, where it was. Not thread-safe. */
final class Problems {
    private final @Nullable Document document;
    private final List<Found> found = new ArrayList<>();

    /** More than anybody mends at once; each costs a look at the text to find its line. */
    private static final int MOST = 1_000;

    private boolean more;

    private record Found(Problem problem, int offset) {}

    Problems() {
        this.document = null;
    }

    Problems(Document document) {
        this.document = document;
        for (Flaw flaw : document.flaws()) {
            found.add(new Found(
                    new Problem(flaw.rule().code(), "", flaw.source(), flaw.message(), flaw.hint()), flaw.offset()));
        }
        // The document stops telling at the same number.
        this.more = found.size() >= MOST;
    }

    void wrong(Rule rule, String place, String message, String hint) {
        add(rule, place, document == null ? 0 : document.offset(place), message, hint);
    }

    /** Of a character of the text at the place. */
    void wrongAt(Rule rule, String place, int character, String message, String hint) {
        add(rule, place, document == null ? 0 : document.offset(place, character), message, hint);
    }

    /** Of the name of the member at the place. */
    void wrongName(Rule rule, String place, String message, String hint) {
        add(rule, place, document == null ? 0 : document.nameOffset(place), message, hint);
    }

    private void add(Rule rule, String place, int offset, String message, String hint) {
        if (found.size() >= MOST) {
            more = true;
            return;
        }
        String source = document == null ? "" : document.source(offset);
        found.add(new Found(new Problem(rule.code(), place, source, message, hint), offset));
    }

    boolean none() {
        return found.isEmpty();
    }

    /** A place as people find it. */
    String where(String place) {
        return document == null ? place : document.source(document.offset(place));
    }

    /** Whether something is wrong at a place or below it. */
    boolean touch(String place) {
        return found.stream()
                .map(one -> one.problem().place())
                .anyMatch(at -> at.equals(place) || at.startsWith(place + "/"));
    }

    /** All, in the order of the document. */
    List<Problem> all() {
        List<Problem> all = new ArrayList<>();
        found.stream().sorted(Comparator.comparingInt(Found::offset)).forEach(one -> all.add(one.problem()));
        if (more) {
            all.add(new Problem(Rule.MORE.code(), "", "", "there are more problems", "mend these first"));
        }
        return List.copyOf(all);
    }

    /** Names that may have been meant, and all that there are. */
    static String near(String name, Collection<String> names) {
        String near =
                NearNames.of(name, names).stream().map(one -> "\"" + one + "\"").collect(Collectors.joining(" or "));
        String all = names.isEmpty()
                ? "there are none"
                : "known are "
                        + names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                        + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "");
        return near.isEmpty() ? all : "did you mean " + near + "? " + all;
    }

    private static final int MOST_NAMES = 30;

    /** A value with its kind, not too long. */
    static String said(Json value) {
        String text = value.toString();
        return value.kind()
                + (value.isNull() ? "" : text.length() <= 60 ? " " + text : " " + text.substring(0, 57) + "…");
    }

    /** A name as a segment of a JSON Pointer. */
    static String segment(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
