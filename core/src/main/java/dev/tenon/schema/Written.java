package dev.tenon.schema;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A value as it was written, before a schema has settled what it means: {@code 02134} may be a number or a postal code, and what
 * was cut off may be left out where it does not fit. Immutable. {@link Coercion} reads it.
 */
public sealed interface Written {
    /** A value that is JSON already. */
    record Settled(Json value) implements Written {
        public Settled {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A text, or a word without quotes.
     *
     * @param text as written; of a quoted text, what it says
     * @param bare it stood without quotes: it may be a number, {@code True}, {@code nil} …
     * @param cut the document ended in the middle of it
     */
    record Text(String text, boolean bare, boolean cut) implements Written {
        public Text {
            Objects.requireNonNull(text, "text");
        }
    }

    /** An array; {@code cut} where the document ended before its bracket came. */
    record Items(List<Written> items, boolean cut) implements Written {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** An object; {@code cut} where the document ended before its brace came. */
    record Members(List<Member> members, boolean cut) implements Written {
        public Members {
            members = List.copyOf(members);
        }
    }

    /** A member of an object. Of equal names the last counts. */
    record Member(String name, Written value) {
        public Member {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
        }
    }

    /** A value that is JSON already. */
    static Written of(Json value) {
        return new Settled(value);
    }

    /** Whether the document ended in the middle of this value. */
    default boolean cut() {
        return false;
    }

    /** What it means where no schema says otherwise. */
    default Json plain() {
        return switch (this) {
            case Settled settled -> settled.value();
            case Text text -> text.bare() ? Word.plain(text.text()) : new Json.Str(text.text());
            case Items items -> {
                List<Json> list = new ArrayList<>(items.items().size());
                for (Written item : items.items()) {
                    list.add(item.plain());
                }
                yield Json.Arr.of(list);
            }
            case Members members -> {
                Map<String, Json> map =
                        LinkedHashMap.newLinkedHashMap(members.members().size());
                for (Member member : members.members()) {
                    map.put(member.name(), member.value().plain());
                }
                yield Json.Obj.of(map);
            }
        };
    }

    /** What a word without quotes means where no schema says otherwise: a number, a literal of some language, or else a text. */
    static Json word(String word) {
        return Word.plain(word);
    }

    /** The number that a text is, in the notations of many languages; null-free: {@code Optional} would be made a million times. */
    static boolean isNumber(String word) {
        BigDecimal number = Word.number(word);
        return number != null;
    }
}
