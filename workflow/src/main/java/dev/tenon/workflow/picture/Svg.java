package dev.tenon.workflow.picture;

import java.util.List;
import java.util.Locale;

/** Writes drawings as SVG. Every text is escaped; what XML cannot hold is shown as U+FFFD. */
final class Svg {
    private final Drawing drawing;
    private final Layout layout;
    private final StringBuilder out = new StringBuilder();

    private Svg(Drawing drawing) {
        this.drawing = drawing;
        this.layout = new Layout(drawing);
    }

    static String of(Drawing drawing) {
        return new Svg(drawing).write();
    }

    private String write() {
        long back = drawing.arrows().stream().filter(Drawing.Arrow::back).count();
        double width = layout.width + back * 12;
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\""
                        + " font-family=\"monospace\" font-size=\"12\" role=\"img\">\n",
                width,
                layout.height,
                width,
                layout.height));
        out.append("<title>").append(escaped(drawing.title())).append("</title>\n");
        out.append("<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\""
                + " markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\""
                + " fill=\"#555\"/></marker></defs>\n");
        out.append(String.format(
                Locale.ROOT, "<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n", width, layout.height));
        int lane = 0;
        for (Layout.Way way : layout.ways) {
            if (way.arrow().back()) {
                back(way, layout.width + 12 * lane++);
            } else {
                arrow(way);
            }
        }
        for (int i = 0; i < layout.boxes.size(); i++) {
            box(drawing.boxes().get(i), layout.boxes.get(i));
        }
        return out.append("</svg>\n").toString();
    }

    private void arrow(Layout.Way way) {
        List<Layout.Spot> spots = way.spots();
        Layout.Spot from = spots.getFirst();
        StringBuilder path =
                new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", from.x, from.y + from.height / 2));
        double x = from.x;
        double y = from.y + from.height / 2;
        for (int i = 1; i < spots.size(); i++) {
            Layout.Spot to = spots.get(i);
            double top = to.y - to.height / 2;
            double half = (y + top) / 2;
            path.append(String.format(Locale.ROOT, " C%.1f %.1f %.1f %.1f %.1f %.1f", x, half, to.x, half, to.x, top));
            x = to.x;
            y = to.y + to.height / 2;
        }
        line(path.toString(), way.arrow().dashed());
        Layout.Spot next = spots.get(1);
        label(
                way.arrow().label(),
                (from.x + next.x) / 2,
                (from.y + from.height / 2 + next.y - next.height / 2) / 2 + 4,
                "middle");
    }

    /** Around all on the right. */
    private void back(Layout.Way way, double right) {
        Layout.Spot from = way.spots().getFirst();
        Layout.Spot to = way.spots().getLast();
        double begin = from.x + from.width / 2;
        double end = to.x + to.width / 2;
        line(
                String.format(
                        Locale.ROOT,
                        "M%.1f %.1f H%.1f Q%.1f %.1f %.1f %.1f V%.1f Q%.1f %.1f %.1f %.1f H%.1f",
                        begin,
                        from.y,
                        right - 6,
                        right,
                        from.y,
                        right,
                        from.y - 6,
                        to.y + 6,
                        right,
                        to.y,
                        right - 6,
                        to.y,
                        end),
                true);
        label(way.arrow().label(), end + 6, to.y - 5, "start");
    }

    private void line(String path, boolean dashed) {
        out.append("<path d=\"").append(path).append("\" fill=\"none\" stroke=\"#555\"");
        out.append(dashed ? " stroke-dasharray=\"4 3\"" : "").append(" marker-end=\"url(#end)\"/>\n");
    }

    private void label(String text, double x, double y, String anchor) {
        if (!text.isEmpty()) {
            out.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#555\" stroke=\"#fff\" stroke-width=\"4\""
                            + " paint-order=\"stroke\">",
                    x,
                    y,
                    anchor));
            out.append(escaped(text)).append("</text>\n");
        }
    }

    private void box(Drawing.Box box, Layout.Spot spot) {
        String fill = switch (box.mark()) {
            case NONE -> "fill=\"#f5f7fa\" stroke=\"#48515c\"";
            case DONE -> "fill=\"#e4f4e4\" stroke=\"#2e7d32\"";
            case FAILED -> "fill=\"#fde7e7\" stroke=\"#c62828\"";
            case OPEN -> "fill=\"#fff6dd\" stroke=\"#b28704\"";
        };
        double left = spot.left();
        double top = spot.y - spot.height / 2;
        double right = left + spot.width;
        double bottom = top + spot.height;
        out.append("<g>");
        if (!box.about().isEmpty()) {
            out.append("<title>").append(escaped(box.about())).append("</title>");
        }
        out.append(
                switch (box.look()) {
                    case END, WAIT, WORK ->
                        String.format(
                                Locale.ROOT,
                                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.0f\" %s/>",
                                left,
                                top,
                                spot.width,
                                spot.height,
                                box.look() == Drawing.Look.WORK ? 3.0 : spot.height / 2,
                                fill);
                    case CHOICE ->
                        String.format(
                                Locale.ROOT,
                                "<path d=\"M%.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1fz\" %s/>",
                                left,
                                spot.y,
                                spot.x,
                                top,
                                right,
                                spot.y,
                                spot.x,
                                bottom,
                                fill);
                    case AGAIN ->
                        String.format(
                                Locale.ROOT,
                                "<path d=\"M%.1f %.1f %.1f %.1fH%.1fL%.1f %.1f %.1f %.1fH%.1fz\" %s/>",
                                left,
                                spot.y,
                                left + 14,
                                top,
                                right - 14,
                                right,
                                spot.y,
                                right - 14,
                                bottom,
                                left + 14,
                                fill);
                });
        double y = spot.y - (box.label().size() - 1) * Layout.LINE / 2.0 + 4;
        for (String line : box.label()) {
            out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", spot.x, y));
            out.append(escaped(line)).append("</text>");
            y += Layout.LINE;
        }
        out.append("</g>\n");
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t', '\r' -> escaped.append(' ');
                default -> {
                    boolean xml = c >= ' ' && c <= 0xd7ff || c >= 0xe000 && c <= 0xfffd || c >= 0x10000;
                    escaped.appendCodePoint(xml ? c : 0xfffd);
                }
            }
        });
        return escaped.toString();
    }
}
