"""The engine for a long time: does its memory stay where it is?"""
