package dev.tenon.onnx;

import dev.tenon.json.Json;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Text as numbers of word pieces, as BERT's uncased models read it. Immutable.
 *
 * <p>Lower case without accents, cut at spaces and marks, each word into the longest pieces of the vocabulary from the left (J. Devlin and others, "BERT", 2018; the rules are those of its {@code tokenization.py}:
 * cleaning, a space around every Chinese character, ASCII marks even where Unicode calls them symbols). What looks like a mark of the model's own, such as {@code [SEP]}, is text like any other.
 */
final class WordPieces {
    /** A longer word is unknown as a whole: {@code max_input_chars_per_word} of the model's tokenizer. */
    private static final int LONGEST_WORD = 100;

    private final Map<String, Integer> vocabulary;
    private final Map<String, Integer> continued;
    private final int longest;
    private final long unknown;
    final long start;
    final long end;

    private WordPieces(Map<String, Integer> all) {
        vocabulary = new HashMap<>();
        continued = new HashMap<>();
        int most = 0;
        for (Map.Entry<String, Integer> piece : all.entrySet()) {
            boolean continues = piece.getKey().startsWith("##");
            String bare = continues ? piece.getKey().substring(2) : piece.getKey();
            (continues ? continued : vocabulary).put(bare, piece.getValue());
            most = Math.max(most, bare.length());
        }
        longest = most;
        unknown = special(all, "[UNK]");
        start = special(all, "[CLS]");
        end = special(all, "[SEP]");
    }

    private static int special(Map<String, Integer> all, String name) {
        Integer number = all.get(name);
        if (number == null) {
            throw new IllegalArgumentException("the vocabulary has no " + name);
        }
        return number;
    }

    /** Those of a tokenizer's file in the form of Hugging Face. */
    static WordPieces of(byte[] file) {
        Map<String, Integer> all = new HashMap<>();
        Json.parse(file)
                .at("/model/vocab")
                .orElse(Json.Obj.EMPTY)
                .asObj()
                .forEach((piece, number) -> all.put(piece, Math.toIntExact(number.asLong())));
        return new WordPieces(all);
    }

    /** The pieces of a text, without marks at its beginning and end. */
    long[] of(String text) {
        Reading reading = new Reading();
        String plain = plain(text);
        int from = -1;
        int at = 0;
        while (at < plain.length()) {
            int point = plain.codePointAt(at);
            int next = at + Character.charCount(point);
            boolean alone = isMark(point) || isChinese(point);
            if (alone || isSpace(point)) {
                if (from >= 0) {
                    reading.word(plain, from, at);
                    from = -1;
                }
                if (alone) {
                    reading.word(plain, at, next);
                }
            } else if (from < 0) {
                from = at;
            }
            at = next;
        }
        if (from >= 0) {
            reading.word(plain, from, plain.length());
        }
        return Arrays.copyOf(reading.pieces, reading.size);
    }

    /** Without control characters and accents, in lower case. */
    private static String plain(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .filter(point -> point != 0 && point != 0xFFFD && (isSpace(point) || !isControl(point)))
                .forEach(clean::appendCodePoint);
        String apart = Normalizer.normalize(clean, Normalizer.Form.NFD);
        StringBuilder bare = new StringBuilder(apart.length());
        apart.codePoints()
                .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
                .forEach(bare::appendCodePoint);
        return bare.toString().toLowerCase(Locale.ROOT);
    }

    private static boolean isSpace(int point) {
        return point == '\t'
                || point == '\n'
                || point == '\r'
                || Character.isSpaceChar(point)
                || Character.isWhitespace(point);
    }

    private static boolean isControl(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static boolean isMark(int point) {
        if (point < 0x80) {
            return point > ' ' && point < 0x7f && !Character.isLetterOrDigit(point);
        }
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** The blocks of BERT's list: Chinese characters, not the alphabets of Japanese and Korean. */
    private static boolean isChinese(int point) {
        return (point >= 0x4E00 && point <= 0x9FFF)
                || (point >= 0x3400 && point <= 0x4DBF)
                || (point >= 0x20000 && point <= 0x2A6DF)
                || (point >= 0x2A700 && point <= 0x2CEAF)
                || (point >= 0xF900 && point <= 0xFAFF)
                || (point >= 0x2F800 && point <= 0x2FA1F);
    }

    /** One text that is being read. */
    private final class Reading {
        long[] pieces = new long[32];
        int size;

        void word(String text, int from, int to) {
            int before = size;
            if (text.codePointCount(from, to) > LONGEST_WORD) {
                add(unknown);
                return;
            }
            int at = from;
            while (at < to) {
                Map<String, Integer> known = at == from ? vocabulary : continued;
                int end = Math.min(to, at + longest);
                Integer piece = null;
                while (end > at && piece == null) {
                    piece = known.get(text.substring(at, end));
                    end -= piece == null ? 1 : 0;
                }
                if (piece == null) {
                    size = before;
                    add(unknown);
                    return;
                }
                add(piece);
                at = end;
            }
        }

        private void add(long piece) {
            if (size == pieces.length) {
                pieces = Arrays.copyOf(pieces, size * 2);
            }
            pieces[size++] = piece;
        }
    }
}
