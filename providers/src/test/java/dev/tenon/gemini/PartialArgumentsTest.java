package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Any arguments, taken to pieces and put together again. */
class PartialArgumentsTest {
    private record Taken(Json arguments, List<PartialArguments.Piece> pieces, boolean inOrder) {}

    @Test
    void piecesMakeTheDocumentTheyWereTakenFrom() {
        Property.forAll(PartialArgumentsTest::taken, taken -> {
            PartialArguments arguments = new PartialArguments();
            StringBuilder shown = new StringBuilder();
            for (PartialArguments.Piece piece : taken.pieces) {
                shown.append(arguments.add(piece));
            }
            shown.append(arguments.close());

            assertThat(Json.parse(arguments.text())).isEqualTo(taken.arguments);
            if (taken.inOrder) assertThat(shown.toString()).isEqualTo(arguments.text());
        });
    }

    @Test
    void aPathIsReadAsItIsWritten() {
        assertThat(JsonPath.parse("$.a[0][\"b c\"]['it\\'s \\u00e9'].d-e"))
                .containsExactly("a", 0, "b c", "it's é", "d-e");
    }

    private static Taken taken(Chance chance) {
        Json arguments = document(chance);
        List<PartialArguments.Piece> pieces = new ArrayList<>();
        pieces(arguments, "$", chance, pieces);
        boolean shuffled = chance.oneIn(3) && arguments instanceof Json.Obj object && object.size() > 1;
        return shuffled ? new Taken(arguments, interleaved(pieces), false) : new Taken(arguments, pieces, true);
    }

    /** Something that is more than one value. An empty list or object has no value, so no piece says that it is there. */
    private static Json document(Chance chance) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int left = 1 + chance.below(3); left > 0; left--) {
            members.put(Gen.oneOf(Gen.name(), Gen.text()).next(chance), value(chance, 3));
        }
        return Json.Obj.of(members);
    }

    private static Json value(Chance chance, int depth) {
        return switch (depth == 0 ? 2 + chance.below(4) : chance.below(6)) {
            case 0 ->
                Json.object()
                        .put(Gen.name().next(chance), value(chance, depth - 1))
                        .put("other", value(chance, depth - 1))
                        .build();
            case 1 -> Json.array(value(chance, depth - 1), value(chance, depth - 1));
            case 2 -> Json.of(chance.between(-1000, 1000));
            case 3 -> Json.of(chance.oneIn(2));
            case 4 -> Json.NULL;
            default -> Json.of(Gen.text().next(chance));
        };
    }

    private static void pieces(Json value, String path, Chance chance, List<PartialArguments.Piece> into) {
        switch (value) {
            case Json.Obj object ->
                object.forEach((name, member) -> pieces(member, path + "[" + Json.of(name) + "]", chance, into));
            case Json.Arr list -> {
                for (int i = 0; i < list.size(); i++) pieces(list.get(i), path + "[" + i + "]", chance, into);
            }
            case Json.Str text -> text(text.value(), JsonPath.parse(path), chance, into);
            case Json.Num number -> into.add(new PartialArguments.Piece(JsonPath.parse(path), number, false));
            case Json.Bool bool -> into.add(new PartialArguments.Piece(JsonPath.parse(path), bool, false));
            case Json.Null nothing -> into.add(new PartialArguments.Piece(JsonPath.parse(path), nothing, false));
        }
    }

    /** In pieces cut anywhere, between the halves of a character too, as recorded: an empty one ends it. */
    private static void text(String text, List<Object> steps, Chance chance, List<PartialArguments.Piece> into) {
        int at = 0;
        while (at < text.length()) {
            int end = at + 1 + chance.below(text.length() - at);
            into.add(new PartialArguments.Piece(steps, Json.of(text.substring(at, end)), true));
            at = end;
        }
        into.add(new PartialArguments.Piece(steps, Json.of(""), false));
    }

    /** The values of the root's members in turn: each place keeps the order of its own pieces. */
    private static List<PartialArguments.Piece> interleaved(List<PartialArguments.Piece> pieces) {
        Map<Object, List<PartialArguments.Piece>> members = new LinkedHashMap<>();
        pieces.forEach(piece -> members.computeIfAbsent(piece.steps().get(0), name -> new ArrayList<>())
                .add(piece));
        List<PartialArguments.Piece> mixed = new ArrayList<>();
        while (mixed.size() < pieces.size()) {
            members.values().stream().filter(left -> !left.isEmpty()).forEach(left -> mixed.add(left.remove(0)));
        }
        return mixed;
    }
}
