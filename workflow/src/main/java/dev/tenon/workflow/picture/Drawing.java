package dev.tenon.workflow.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Boxes and arrows, from top to bottom. Not thread-safe while it is made. */
public final class Drawing {
    /** More boxes than this are no picture that anybody can look at, and their places take long to find. */
    public static final int MOST_BOXES = 2_000;

    /** How a box looks. */
    public enum Look {
        /** Where it begins or ends. */
        END,
        /** Something is done. */
        WORK,
        /** Something is decided. */
        CHOICE,
        /** Something is done again and again. */
        AGAIN,
        /** Somebody or something is waited for. */
        WAIT
    }

    /** What became of a box. */
    public enum Mark {
        NONE,
        DONE,
        FAILED,
        /** It had begun and has not ended. */
        OPEN
    }

    /**
     * A box. Immutable.
     *
     * @param label its lines
     * @param about what is shown when it is pointed at; empty for nothing
     */
    public record Box(Look look, Mark mark, List<String> label, String about) {
        public Box {
            Objects.requireNonNull(look, "look");
            Objects.requireNonNull(mark, "mark");
            label = List.copyOf(label);
            Objects.requireNonNull(about, "about");
        }
    }

    /**
     * An arrow. Immutable.
     *
     * @param back whether it leads up, to what is done again
     * @param dashed whether it is followed only when something went wrong
     */
    public record Arrow(int from, int to, String label, boolean back, boolean dashed) {
        public Arrow {
            Objects.requireNonNull(label, "label");
        }
    }

    private final String title;
    private final List<Box> boxes = new ArrayList<>();
    private final List<Arrow> arrows = new ArrayList<>();

    /** Nothing yet. */
    public Drawing(String title) {
        this.title = Objects.requireNonNull(title, "title");
    }

    /** Adds a box and gives its number. */
    public int box(Box box) {
        boxes.add(box);
        return boxes.size() - 1;
    }

    /** Adds an arrow. */
    public void arrow(Arrow arrow) {
        arrows.add(arrow);
    }

    String title() {
        return title;
    }

    List<Box> boxes() {
        return boxes;
    }

    List<Arrow> arrows() {
        return arrows;
    }

    /** As a flowchart of Mermaid. No sign of a text has a meaning of its own in it. */
    public String mermaid() {
        return Mermaid.of(this);
    }

    /**
     * As an SVG that needs nothing else: no scripts, no fonts, no links.
     *
     * @throws IllegalArgumentException where there are more than {@value #MOST_BOXES} boxes
     */
    public String svg() {
        if (boxes.size() > MOST_BOXES) {
            throw new IllegalArgumentException("\"" + title + "\" has more than " + MOST_BOXES
                    + " steps, which is no picture that can be looked at; draw its sub-workflows one by one");
        }
        return Svg.of(this);
    }
}
