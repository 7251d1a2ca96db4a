package dev.tenon.schema;

import dev.tenon.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The documents that one schema is made of: where in them schemas stand, and what references mean. Nothing is fetched: another
 * document is one of the {@link SchemaOptions}, or a meta-schema of draft 2020-12, which come with this library.
 */
final class Documents {
    private static final String META = "https://json-schema.org/draft/2020-12/";

    private static final List<String> ONE = List.of(
            "additionalItems",
            "additionalProperties",
            "contains",
            "contentSchema",
            "else",
            "if",
            "items",
            "not",
            "propertyNames",
            "then",
            "unevaluatedItems",
            "unevaluatedProperties");

    private static final List<String> LISTS = List.of("allOf", "anyOf", "items", "oneOf", "prefixItems");

    private static final List<String> MAPS =
            List.of("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties");

    private final SchemaOptions options;
    private final Map<String, Resource> byUri = new HashMap<>();
    private final Set<Resource> resources = new LinkedHashSet<>();

    Documents(SchemaOptions options) {
        this.options = options;
    }

    /** A place in a document. */
    record Place(Document document, String pointer) {}

    Collection<Resource> resources() {
        return resources;
    }

    Document load(Json json, Uri retrieved, String name) {
        Document document = new Document(json, name);
        Resource root = new Resource(retrieved, document, "", dialect(json, Dialect.of(2020, options.formats())));
        byUri.putIfAbsent(retrieved.toString(), root);
        resources.add(root);
        scan(document, json, "", root);
        return document;
    }

    /** Recursion is safe: no JSON value nests deep enough to matter. */
    private void scan(Document document, Json json, String pointer, Resource outer) {
        if (document.places.containsKey(pointer)) {
            return;
        }
        if (!(json instanceof Json.Obj object)) {
            document.places.put(pointer, outer);
            return;
        }
        Resource here = resource(document, object, pointer, outer);
        document.places.put(pointer, here);
        if (here.dialect.refStandsAlone() && object.has("$ref")) {
            scanMaps(document, object, pointer, here, List.of("definitions"));
            return;
        }
        anchors(object, pointer, here);
        for (String keyword : ONE) {
            Json part = object.members().get(keyword);
            if (part instanceof Json.Obj || part instanceof Json.Bool) {
                scan(document, part, pointer + "/" + keyword, here);
            }
        }
        for (String keyword : LISTS) {
            if (object.members().get(keyword) instanceof Json.Arr list) {
                for (int i = 0; i < list.size(); i++) {
                    scan(document, list.get(i), pointer + "/" + keyword + "/" + i, here);
                }
            }
        }
        scanMaps(document, object, pointer, here, MAPS);
    }

    private void scanMaps(Document document, Json.Obj object, String pointer, Resource here, List<String> keywords) {
        for (String keyword : keywords) {
            if (object.members().get(keyword) instanceof Json.Obj map) {
                map.forEach((name, part) -> {
                    if (!(keyword.equals("dependencies") && part instanceof Json.Arr)) {
                        scan(document, part, pointer + "/" + keyword + "/" + Places.escape(name), here);
                    }
                });
            }
        }
    }

    private Resource resource(Document document, Json.Obj object, String pointer, Resource outer) {
        String id = object.string(outer.dialect.year() == 4 ? "id" : "$id").orElse(null);
        boolean alone = outer.dialect.refStandsAlone() && object.has("$ref");
        if (id == null || alone) {
            return outer;
        }
        if (id.startsWith("#")) {
            if (outer.dialect.refStandsAlone()) {
                outer.anchors.putIfAbsent(id.substring(1), pointer);
                return outer;
            }
            if (id.length() > 1) {
                throw SchemaException.invalid(
                        document.name + pointer + "/$id",
                        "expected a URI without fragment; a name for a place is \"$anchor\"");
            }
        }
        Uri uri = outer.uri.resolve(Uri.parse(id));
        Resource here = new Resource(uri.withoutFragment(), document, pointer, dialect(object, outer.dialect));
        byUri.putIfAbsent(here.uri.toString(), here);
        resources.add(here);
        if (pointer.isEmpty()) {
            // The document's own name counts from now on; the one it was found under stays as another.
            byUri.replace(outer.uri.toString(), outer, here);
            resources.remove(outer);
        }
        return here;
    }

    private static void anchors(Json.Obj object, String pointer, Resource here) {
        object.string("$anchor").ifPresent(name -> here.anchors.putIfAbsent(name, pointer));
        object.string("$dynamicAnchor").ifPresent(name -> {
            here.anchors.putIfAbsent(name, pointer);
            here.dynamicAnchors.putIfAbsent(name, pointer);
        });
        if (here.dialect.year() == 2019 && object.get("$recursiveAnchor").orElse(Json.NULL) == Json.Bool.TRUE) {
            here.dynamicAnchors.putIfAbsent("", pointer);
        }
    }

    /** The resource of a place; one that no keyword leads to is looked at now. */
    Resource resourceAt(Document document, String pointer) {
        Resource known = document.places.get(pointer);
        if (known != null) {
            return known;
        }
        int end = pointer.length();
        Resource around = null;
        while (around == null) {
            end = pointer.lastIndexOf('/', end - 1);
            around = document.places.get(pointer.substring(0, end));
        }
        scan(document, document.root.at(pointer).orElseThrow(), pointer, around);
        Resource found = document.places.get(pointer);
        return found == null ? around : found;
    }

    /**
     * What a reference in a resource points to.
     *
     * @throws IllegalArgumentException where there is no such place, saying what is missing
     */
    Place find(Resource from, String reference) {
        Uri uri = from.uri.resolve(Uri.parse(reference));
        String fragment = uri.decodedFragment();
        Resource resource = resource(uri.withoutFragment(), reference);
        if (fragment.isEmpty()) {
            return new Place(resource.document, resource.pointer);
        }
        if (!fragment.startsWith("/")) {
            String pointer = resource.anchors.get(fragment);
            if (pointer == null) {
                throw new IllegalArgumentException(
                        "there is no anchor " + Places.quoted(fragment) + " for " + Places.quoted(reference));
            }
            return new Place(resource.document, pointer);
        }
        String pointer = resource.pointer + normal(fragment);
        if (resource.document.root.at(pointer).isEmpty()) {
            throw new IllegalArgumentException("there is nothing at " + Places.quoted(reference));
        }
        return new Place(resource.document, pointer);
    }

    /** One pointer for one place: {@code ~1} and {@code ~0} only where they must be. */
    private static String normal(String fragment) {
        for (int i = fragment.indexOf('~'); i >= 0; i = fragment.indexOf('~', i + 1)) {
            char next = i + 1 < fragment.length() ? fragment.charAt(i + 1) : ' ';
            if (next != '0' && next != '1') {
                throw new IllegalArgumentException("not a JSON Pointer: " + Places.quoted(fragment));
            }
        }
        return fragment;
    }

    private Resource resource(Uri uri, String reference) {
        String address = uri.toString();
        Resource known = byUri.get(address);
        if (known != null) {
            return known;
        }
        Json json = document(address);
        if (json == null) {
            throw new IllegalArgumentException("there is no schema " + Places.quoted(address) + " for "
                    + Places.quoted(reference) + "; nothing is fetched: hand it in with SchemaOptions.withDocument");
        }
        load(json, uri, address + "#");
        Resource loaded = byUri.get(address);
        if (loaded == null) {
            throw new IllegalStateException("a document was loaded and is not there: " + address);
        }
        return loaded;
    }

    private @Nullable Json document(String address) {
        Json given = options.documents().get(address);
        if (given == null) {
            given = options.documents().get(address + "#");
        }
        return given == null ? metaSchema(address) : given;
    }

    private static @Nullable Json metaSchema(String address) {
        return switch (address) {
            case META + "schema",
                    META + "meta/core",
                    META + "meta/applicator",
                    META + "meta/unevaluated",
                    META + "meta/validation",
                    META + "meta/meta-data",
                    META + "meta/format-annotation",
                    META + "meta/format-assertion",
                    META + "meta/content" ->
                bundled(address.substring(META.length()).replace('/', '-') + ".json");
            default -> null;
        };
    }

    private static Json bundled(String file) {
        try (InputStream in = Documents.class.getResourceAsStream("draft2020-12/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the library's jar lacks draft2020-12/" + file);
            }
            return Json.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The dialect that {@code $schema} names; the surrounding one where it does not, or names one that nobody knows. */
    private Dialect dialect(Json json, Dialect around) {
        String named =
                json instanceof Json.Obj object ? object.string("$schema").orElse(null) : null;
        if (named == null) {
            return around;
        }
        String address = named.endsWith("#") ? named.substring(0, named.length() - 1) : named;
        Dialect published = published(address);
        return published == null ? custom(address, around) : published;
    }

    private @Nullable Dialect published(String address) {
        return switch (address.replaceFirst("^https?://json-schema.org/", "")) {
            case "draft/2020-12/schema" -> Dialect.of(2020, options.formats());
            case "draft/2019-09/schema" -> Dialect.of(2019, options.formats());
            case "draft-07/schema" -> Dialect.of(7, options.formats());
            case "draft-06/schema" -> Dialect.of(6, options.formats());
            case "draft-04/schema", "draft-03/schema" -> Dialect.of(4, options.formats());
            default -> null;
        };
    }

    private Dialect custom(String address, Dialect around) {
        if (!(document(address) instanceof Json.Obj meta)) {
            return around;
        }
        Dialect published = published(meta.string("$schema").orElse(""));
        Dialect base = published == null ? around : published;
        if (!(meta.members().get("$vocabulary") instanceof Json.Obj vocabulary)) {
            return base;
        }
        Set<String> known = new LinkedHashSet<>();
        vocabulary.forEach((uri, needed) -> {
            String name = uri.substring(uri.lastIndexOf('/') + 1);
            boolean ours = uri.startsWith("https://json-schema.org/draft/20");
            if (!ours && needed == Json.Bool.TRUE) {
                throw SchemaException.invalid(
                        "/$schema", "the meta-schema " + address + " wants vocabulary " + uri + ", which is not known");
            }
            known.add(ours ? name : "");
        });
        return new Dialect(
                base.year(),
                known.contains("applicator"),
                known.contains("validation"),
                known.contains("unevaluated") || base.year() == 2019 && known.contains("applicator"),
                known.contains("format-assertion") || options.formats());
    }
}
