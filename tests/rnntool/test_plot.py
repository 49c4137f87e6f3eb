# SPDX-License-Identifier: LGPL-2.1-or-later
"""rnntool plot: the log of a training as a picture."""
import struct
import unittest
import xml.etree.ElementTree

from cli import Case

HEADER = "epoch,loss,dev_f1,best_f1,learning_rate,words_per_second,seconds\n"
LOG = HEADER + "1,0.9,0.2,0.2,0.002,9000,1\n2,0.5,0.4,0.4,0.001,9000,2\n"


class Plot(Case):
    def test_a_name_in_svg_gives_a_picture_in_svg(self):
        self.write("log.csv", LOG)
        self.assertEqual(self.done("plot", "log.csv", "log.svg"), "")
        root = xml.etree.ElementTree.parse(self.folder / "log.svg").getroot()
        self.assertTrue(root.tag.endswith("svg"))

    def test_a_name_in_png_gives_a_picture_in_png(self):
        self.write("log.csv", LOG)
        self.done("plot", "log.csv", "log.png")
        data = (self.folder / "log.png").read_bytes()
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", data[16:24]), (720, 840))

    def test_other_figures_give_another_picture(self):
        self.assertNotEqual(self.draw(LOG), self.draw(LOG.replace("0.5", "0.6")))

    def test_the_same_figures_give_the_same_picture(self):
        self.assertEqual(self.draw(LOG), self.draw(LOG))

    def test_columns_are_found_by_name_wherever_they_stand(self):
        turned = "best_f1,more,loss,epoch,dev_f1\r\n0.2,x,0.9,1,0.2\r\n0.4,y,0.5,2,0.4\r\n"
        self.assertEqual(self.draw(turned), self.draw(LOG))

    def test_a_training_without_dev_files_has_a_loss_to_draw(self):
        without = HEADER + "1,0.9,,,0.002,9000,1\n2,0.5,,,0.001,9000,2\n"
        self.assertNotEqual(self.draw(without), self.draw(without.replace("0.5", "0.6")))

    def test_a_log_that_is_none_is_refused_with_its_line(self):
        for text, message in (
                ("", "log.csv:1: expected at least one epoch"),
                (HEADER, "log.csv:1: expected at least one epoch"),
                ("epoch,loss\n1,2\n",
                 "log.csv:1: expected the columns epoch, loss, dev_f1 and best_f1"),
                (LOG + "3,0.4\n", "log.csv:4: expected as many columns"),
                (LOG + "3,low,0.1,0.1,0,0,0\n", "log.csv:4: expected numbers")):
            self.write("log.csv", text)
            self.fails(message, "plot", "log.csv", "log.svg")
            self.assertFalse((self.folder / "log.svg").exists())

    def test_files_that_cannot_be_read_or_written_are_named(self):
        self.fails("none.csv: cannot open: No such file", "plot", "none.csv", "log.svg")
        self.write("log.csv", LOG)
        for picture in "nowhere/log.svg", "nowhere/log.png":
            self.fails(f"{picture}: cannot write", "plot", "log.csv", picture)

    def test_wrong_arguments_are_misuse(self):
        self.write("log.csv", LOG)
        self.is_misused("expected a log and a picture", "plot", "log.csv")
        self.is_misused("ends in .svg or .png", "plot", "log.csv", "log.jpg")

    def draw(self, log):
        self.write("log.csv", log)
        self.done("plot", "log.csv", "log.png")
        return (self.folder / "log.png").read_bytes()


if __name__ == "__main__":
    unittest.main()
