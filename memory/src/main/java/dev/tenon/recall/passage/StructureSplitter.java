package dev.tenon.recall.passage;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Cuts by structure: blocks of lines, put together while they fit.
 *
 * <p>Of Markdown what decides where a document may be cut is known (CommonMark 0.31.2): ATX and setext headings (4.2, 4.3), fences of code (4.5), and blank lines between paragraphs, lists and tables. A list item's own
 * paragraphs may come apart; nothing else is changed or dropped.
 */
record StructureSplitter(boolean markdown, Size size) implements Splitter {
    /** A stretch of the document. */
    private record Span(int from, int to) {}

    @Override
    public List<Passage> split(String document, String text) {
        Objects.requireNonNull(document, "document");
        Objects.requireNonNull(text, "text");
        Cut cut = new Cut(document, text);
        cut.all();
        return cut.passages;
    }

    /** One document that is being cut. */
    private final class Cut {
        private final String document;
        private final String text;
        private final List<Passage> passages = new ArrayList<>();
        private final List<String> section = new ArrayList<>();
        // The level of each heading in the section.
        private final List<Integer> levels = new ArrayList<>();
        // Blocks of the section that are not in a passage yet.
        private final List<Span> blocks = new ArrayList<>();

        Cut(String document, String text) {
            this.document = document;
            this.text = text;
        }

        void all() {
            int at = 0;
            int block = -1;
            while (at < text.length()) {
                int end = lineEnd(at);
                if (isBlank(at, end)) {
                    block = closed(block, at);
                } else if (markdown && fence(at, end) > 0) {
                    block = closed(block, at);
                    end = afterFence(at, end);
                    blocks.add(new Span(at, end));
                } else if (markdown && heading(at, end) > 0) {
                    block = closed(block, at);
                    open(heading(at, end), title(at, end));
                    blocks.add(new Span(at, end));
                } else if (markdown && block >= 0 && underline(at, end) > 0 && isOneLine(block, at)) {
                    int heading = block;
                    open(underline(at, end), text.substring(heading, at).strip());
                    blocks.add(new Span(heading, end));
                    block = -1;
                } else if (block < 0) {
                    block = at;
                }
                at = end;
            }
            closed(block, text.length());
            flush();
        }

        /** Ends a block that began somewhere, unless there is none; gives -1, for none. */
        private int closed(int from, int to) {
            if (from >= 0) {
                blocks.add(new Span(from, to));
            }
            return -1;
        }

        private boolean isOneLine(int from, int to) {
            return lineEnd(from) == to;
        }

        private int lineEnd(int from) {
            int newline = text.indexOf('\n', from);
            return newline < 0 ? text.length() : newline + 1;
        }

        private boolean isBlank(int from, int to) {
            for (int i = from; i < to; i++) {
                if (!Character.isWhitespace(text.charAt(i))) {
                    return false;
                }
            }
            return true;
        }

        // Markdown

        /** Where a line's words begin; -1 where it is indented as code is. */
        private int indented(int from, int to) {
            int at = from;
            while (at < to && text.charAt(at) == ' ') {
                at++;
            }
            return at - from > 3 ? -1 : at;
        }

        private int run(char of, int from, int to) {
            int at = from;
            while (at < to && text.charAt(at) == of) {
                at++;
            }
            return at - from;
        }

        /** The level of a heading, 0 where the line is none. */
        private int heading(int from, int to) {
            int at = indented(from, to);
            int level = at < 0 ? 0 : run('#', at, to);
            boolean heading =
                    level >= 1 && level <= 6 && (at + level == to || Character.isWhitespace(text.charAt(at + level)));
            return heading ? level : 0;
        }

        private String title(int from, int to) {
            String title = text.substring(from, to).strip();
            title = title.substring(run('#', from + text.substring(from, to).indexOf('#'), to));
            // Closing marks count where a space stands before them.
            String bare = title.strip();
            int end = bare.length();
            while (end > 0 && bare.charAt(end - 1) == '#') {
                end--;
            }
            return end == 0 || Character.isWhitespace(bare.charAt(end - 1))
                    ? bare.substring(0, end).strip()
                    : bare;
        }

        /** The level of the heading that a line makes of the one before it, 0 where it is no underline. */
        private int underline(int from, int to) {
            int at = indented(from, to);
            if (at < 0 || at >= to || (text.charAt(at) != '=' && text.charAt(at) != '-')) {
                return 0;
            }
            int length = run(text.charAt(at), at, to);
            return isBlank(at + length, to) ? (text.charAt(at) == '=' ? 1 : 2) : 0;
        }

        /** How many marks open a fence of code here, 0 where none does. A fence may stand in a list, and so be indented. */
        private int fence(int from, int to) {
            int at = from;
            while (at < to && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            if (at >= to || (text.charAt(at) != '`' && text.charAt(at) != '~')) {
                return 0;
            }
            int marks = run(text.charAt(at), at, to);
            boolean inline =
                    text.charAt(at) == '`' && text.substring(at + marks, to).indexOf('`') >= 0;
            return marks >= 3 && !inline ? marks : 0;
        }

        /** One past the fence that is opened in a line: its closing line, or the end of the document. */
        private int afterFence(int from, int to) {
            String opened = text.substring(from, to).strip();
            int marks = fence(from, to);
            int at = to;
            while (at < text.length()) {
                int end = lineEnd(at);
                String line = text.substring(at, end).strip();
                if (line.length() >= marks && isAll(line, opened.charAt(0))) {
                    return end;
                }
                at = end;
            }
            return text.length();
        }

        private boolean isAll(String line, char of) {
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) != of) {
                    return false;
                }
            }
            return true;
        }

        private void open(int level, String title) {
            flush();
            while (!levels.isEmpty() && levels.getLast() >= level) {
                levels.removeLast();
                section.removeLast();
            }
            levels.add(level);
            section.add(title);
        }

        // Passages

        /** Makes passages of the blocks of the section. */
        private void flush() {
            List<Span> fitting = new ArrayList<>();
            for (Span block : blocks) {
                fit(trimmed(block.from(), block.to()), fitting);
            }
            blocks.clear();
            int first = 0;
            while (first < fitting.size()) {
                int next = first + 1;
                while (next < fitting.size()
                        && tokens(fitting.get(first).from(), fitting.get(next).to()) <= size.most()) {
                    next++;
                }
                // A heading by itself answers nothing; it is the section of what follows.
                passage(fitting.get(first).from(), fitting.get(next - 1).to());
                first = next == fitting.size() ? next : overlapping(fitting, first, next);
            }
        }

        /** The first span of the next passage: some of the last of this one, if they are small enough and leave room for what is new. */
        private int overlapping(List<Span> spans, int first, int next) {
            int from = next;
            while (from - 1 > first
                    && tokens(spans.get(from - 1).from(), spans.get(next - 1).to()) <= size.overlap()
                    && tokens(spans.get(from - 1).from(), spans.get(next).to()) <= size.most()) {
                from--;
            }
            return from;
        }

        private void passage(int from, int to) {
            passages.add(new Passage(document, section, from, to, text.substring(from, to)));
        }

        private long tokens(int from, int to) {
            return size.of(text.substring(from, to));
        }

        private Span trimmed(int from, int to) {
            int start = from;
            int end = to;
            while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
                end--;
            }
            // Blanks before the first word of a line may mean something, lines do not.
            while (start < end && isBlank(start, Math.min(end, lineEnd(start)))) {
                start = lineEnd(start);
            }
            return new Span(start, end);
        }

        /** Adds a block whole where it fits, or else its parts that do. */
        private void fit(Span block, List<Span> to) {
            if (block.from() >= block.to()) {
                return;
            }
            // Overlap needs parts that are small enough to be repeated.
            if (tokens(block.from(), block.to()) <= size.most() && (size.overlap() == 0 || isFence(block))) {
                to.add(block);
                return;
            }
            List<Span> parts = isFence(block) || isTable(block) ? lines(block) : sentences(block);
            for (Span part : parts) {
                if (tokens(part.from(), part.to()) <= size.most()) {
                    to.add(part);
                } else {
                    words(part, to);
                }
            }
        }

        private boolean isFence(Span block) {
            return markdown && fence(block.from(), lineEnd(block.from())) > 0;
        }

        private boolean isTable(Span block) {
            return markdown && text.startsWith("|", block.from());
        }

        private List<Span> lines(Span block) {
            List<Span> lines = new ArrayList<>();
            int at = block.from();
            while (at < block.to()) {
                int end = Math.min(block.to(), lineEnd(at));
                Span line = trimmed(at, end);
                if (line.from() < line.to()) {
                    lines.add(line);
                }
                at = end;
            }
            return lines;
        }

        /** Sentences as Unicode's rules find them (UAX 29), so in any script. */
        private List<Span> sentences(Span block) {
            List<Span> sentences = new ArrayList<>();
            BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
            breaks.setText(text.substring(block.from(), block.to()));
            int from = breaks.first();
            for (int to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
                Span sentence = trimmed(block.from() + from, block.from() + to);
                if (sentence.from() < sentence.to()) {
                    sentences.add(sentence);
                }
            }
            return sentences;
        }

        /** As many words as fit at a time; of a word that does not fit by itself as many characters. */
        private void words(Span span, List<Span> to) {
            int from = span.from();
            while (from < span.to()) {
                int end = longest(from, span.to());
                int space = end == span.to() ? end : lastSpace(from, end);
                end = space > from ? space : end;
                Span words = trimmed(from, end);
                if (words.from() < words.to()) {
                    to.add(words);
                }
                from = end;
                while (from < span.to() && Character.isWhitespace(text.charAt(from))) {
                    from++;
                }
            }
        }

        private int lastSpace(int from, int to) {
            if (Character.isWhitespace(text.charAt(to))) {
                return to;
            }
            int at = to;
            while (at > from && !Character.isWhitespace(text.charAt(at - 1))) {
                at--;
            }
            return at;
        }

        /** The farthest end of a stretch that is small enough; at least one character on. Found by halving, from a first guess so that a long text is not counted over and over. */
        private int longest(int from, int to) {
            int low = from + Character.charCount(text.codePointAt(from));
            int high = (int) Math.min(to, from + 8L * size.most() + 1);
            while (high < to && tokens(from, high) <= size.most()) {
                low = high;
                high = (int) Math.min(to, high + (long) (high - from));
            }
            if (high == to && tokens(from, to) <= size.most()) {
                return to;
            }
            while (low + 1 < high) {
                int middle = (low + high) >>> 1;
                if (tokens(from, middle) <= size.most()) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return low < to && Character.isLowSurrogate(text.charAt(low)) && low - 1 > from ? low - 1 : low;
        }
    }
}
