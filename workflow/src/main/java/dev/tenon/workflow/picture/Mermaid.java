package dev.tenon.workflow.picture;

import java.util.List;

/** Writes drawings as Mermaid. */
final class Mermaid {
    private static final String SAFE = " _.,-=()/:+$*!?'{}[]";

    private Mermaid() {}

    static String of(Drawing drawing) {
        StringBuilder out = new StringBuilder("flowchart TD\n");
        List<Drawing.Box> boxes = drawing.boxes();
        for (int i = 0; i < boxes.size(); i++) {
            Drawing.Box box = boxes.get(i);
            String label = "\""
                    + String.join(
                            "<br/>", box.label().stream().map(Mermaid::safe).toList()) + "\"";
            out.append("    n").append(i);
            out.append(
                    switch (box.look()) {
                        case END -> "([" + label + "])";
                        case WORK -> "[" + label + "]";
                        case CHOICE -> "{" + label + "}";
                        case AGAIN -> "{{" + label + "}}";
                        case WAIT -> "(" + label + ")";
                    });
            out.append(
                    switch (box.mark()) {
                        case NONE -> "";
                        case DONE -> ":::done";
                        case FAILED -> ":::failed";
                        case OPEN -> ":::open";
                    });
            out.append('\n');
        }
        for (Drawing.Arrow arrow : drawing.arrows()) {
            out.append("    n").append(arrow.from()).append(arrow.dashed() ? " -.->" : " -->");
            if (!arrow.label().isEmpty()) {
                out.append("|\"").append(safe(arrow.label())).append("\"|");
            }
            out.append(" n").append(arrow.to()).append('\n');
        }
        if (boxes.stream().anyMatch(box -> box.mark() != Drawing.Mark.NONE)) {
            out.append("    classDef done fill:#e4f4e4,stroke:#2e7d32\n");
            out.append("    classDef failed fill:#fde7e7,stroke:#c62828\n");
            out.append("    classDef open fill:#fff6dd,stroke:#b28704\n");
        }
        return out.toString();
    }

    /** Letters and digits as they are, everything that might mean something as its number. */
    private static String safe(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean plain =
                    c < 0x80 ? Character.isLetterOrDigit(c) || SAFE.indexOf(c) >= 0 : Character.isLetterOrDigit(c);
            if (plain) {
                safe.appendCodePoint(c);
            } else if (c < ' ') {
                safe.append(' ');
            } else {
                safe.append('#')
                        .append(Character.isSurrogate((char) c) && c < 0x10000 ? 0xfffd : c)
                        .append(';');
            }
        });
        return safe.toString();
    }
}
